package org.tramontane.spac.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.tramontane.spac.eval.data.EvalRow;
import org.tramontane.spac.eval.python.PythonText;
import org.tramontane.tensor.UserError;

/// Makes documents of rows, in the Hub's column names and in those of the tasks' own files.
final class DocReader {
  static final List<String> LETTERS = List.of("A", "B", "C", "D", "E");
  private static final Pattern BRACKETS = Pattern.compile("(?d)\\[.*?\\]");

  private DocReader() {}

  /// `question`, `choices` (texts, or `text` and `label`), and `gold` or `answerKey`.
  static Doc arc(EvalRow row) {
    String text = "Question: " + row.text("question") + "\nAnswer:";
    JsonNode choices = row.json().path("choices");
    if (choices.isArray()) {
      List<String> texts = row.texts("choices");
      return new ChoiceDoc(text, texts, row.index("gold", 0, texts.size()));
    }
    List<String> texts = row.texts("choices.text", choices.path("text"));
    List<String> labels =
        row.texts("choices.label", choices.path("label")).stream().map(DocReader::letter).toList();
    int gold = labels.indexOf(letter(row.text("answerKey")));
    if (gold < 0 || gold >= texts.size()) {
      throw row.wrong("answerKey", "one of " + labels, row.json().path("answerKey"));
    }
    return new ChoiceDoc(text, texts, gold);
  }

  /// Some questions number their choices.
  private static String letter(String label) {
    return label.matches("[1-5]") ? LETTERS.get(Integer.parseInt(label) - 1) : label;
  }

  /// `activity_label`, `ctx_a`, `ctx_b`, `endings`, `label`; or `query_cap` (or `query`), `choices`, `gold`.
  static Doc hellaSwag(EvalRow row) {
    boolean joined = row.has("query");
    List<String> endings = row.texts(joined ? "choices" : "endings");
    String query =
        joined
            ? row.text(row.has("query_cap") ? "query_cap" : "query")
            : row.text("activity_label")
                + ": "
                + row.text("ctx_a")
                + " "
                + PythonText.capitalize(row.text("ctx_b"));
    return new ChoiceDoc(
        withoutMarks(query),
        endings.stream().map(DocReader::withoutMarks).toList(),
        row.index(joined ? "gold" : "label", 0, endings.size()));
  }

  /// WikiHow's marks are left overs of how the data was gathered.
  static String withoutMarks(String text) {
    String plain = PythonText.strip(text).replace(" [title]", ". ");
    return BRACKETS.matcher(plain).replaceAll("").replace("  ", " ");
  }

  /// `question`, `choices` (or `A` to `D`), and `answer` or `gold`, as an index or a letter.
  static Doc mmlu(EvalRow row) {
    List<String> letters = LETTERS.subList(0, 4);
    List<String> choices =
        row.has("choices") ? row.texts("choices") : letters.stream().map(row::text).toList();
    if (choices.size() != letters.size()) {
      throw row.wrong("choices", "four texts", row.json().path("choices"));
    }
    String key = row.has("gold") ? "gold" : "answer";
    int letter = letters.indexOf(row.json().path(key).asText());
    StringBuilder text = new StringBuilder(PythonText.strip(row.text("question"))).append('\n');
    for (int i = 0; i < choices.size(); i++) {
      text.append(letters.get(i)).append(". ").append(choices.get(i)).append('\n');
    }
    return new ChoiceDoc(
        text.append("Answer:").toString(),
        letters,
        letter >= 0 ? letter : row.index(key, 0, letters.size()));
  }

  /// `question`, `mc1_targets` and `mc2_targets`, each `choices` and `labels`, or a label by its text.
  static Doc truthfulQa(EvalRow row) {
    Targets mc1 = Targets.of(row, "mc1_targets");
    Targets mc2 = Targets.of(row, "mc2_targets");
    int trueCount = mc2.labels.indexOf(0);
    if (trueCount < 1) {
      throw new UserError(
          row.where()
              + ": mc2_targets: expected true answers and then a false one, found labels "
              + mc2.labels);
    }
    return new TruthfulDoc(row.text("question"), mc1.texts, mc2.texts, trueCount);
  }

  private record Targets(List<String> texts, List<Integer> labels) {
    static Targets of(EvalRow row, String key) {
      JsonNode node = row.json().path(key);
      List<String> texts = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      if (node.has("choices")) {
        texts.addAll(row.texts(key + ".choices", node.path("choices")));
        node.path("labels").forEach(label -> labels.add(label.asInt(-1)));
      } else {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
          texts.add(entry.getKey());
          labels.add(entry.getValue().asInt(-1));
        }
      }
      if (texts.isEmpty() || texts.size() != labels.size() || labels.contains(-1)) {
        throw row.wrong(key, "answers, each with the label 0 or 1", node);
      }
      return new Targets(texts, labels);
    }
  }

  /// `sentence` with a `_`, `option1`, `option2`, `answer` 1 or 2.
  static Doc winogrande(EvalRow row) {
    String sentence = row.text("sentence");
    int gap = sentence.indexOf('_');
    if (gap < 0) {
      throw row.wrong("sentence", "a sentence with a gap '_'", row.json().path("sentence"));
    }
    return new PronounDoc(
        sentence.substring(0, gap),
        List.of(row.text("option1"), row.text("option2")),
        PythonText.strip(sentence.substring(gap + 1)),
        row.index("answer", 1, 3) - 1);
  }

  /// `question` and `answer`.
  static Doc gsm8k(EvalRow row) {
    String answer = row.text("answer");
    if (MathDoc.number(answer).isEmpty()) {
      throw row.wrong("answer", "a solution with '#### ' and a number", row.json().path("answer"));
    }
    return new MathDoc(row.text("question"), answer);
  }
}
