package org.tramontane.spac.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tramontane.spac.eval.data.EvalRow;
import org.tramontane.tensor.UserError;

/// Rows in the Hub's columns and in the authors' own become the same documents; broken ones say where.
class DocReaderTest {
  private static Doc parse(LeaderboardTask task, String json) throws JsonProcessingException {
    // Single quotes keep the rows readable here.
    ObjectNode row = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
    return task.parse(new EvalRow("f.jsonl: line 3", row));
  }

  @Test
  void arc() throws Exception {
    ChoiceDoc doc = new ChoiceDoc("Question: q?\nAnswer:", List.of("a", "b", "c"), 1);
    assertThat(
            parse(
                LeaderboardTask.ARC_CHALLENGE,
                "{'question':'q?','choices':{'text':['a','b','c'],'label':['A','B','C']},'answerKey':'B'}"))
        .isEqualTo(doc);
    assertThat(
            parse(
                LeaderboardTask.ARC_CHALLENGE,
                "{'question':'q?','choices':{'text':['a','b','c'],'label':['1','2','3']},'answerKey':'2'}"))
        .isEqualTo(doc);
    assertThat(
            parse(
                LeaderboardTask.ARC_CHALLENGE,
                "{'question':'q?','choices':['a','b','c'],'gold':1}"))
        .isEqualTo(doc);
    assertThat(doc.target()).isEqualTo(" b");
    assertThat(doc.requests("", Protocol.V0_4_0))
        .contains(new Request.LogLikelihood("Question: q?\nAnswer:", " c"));
  }

  @Test
  void hellaSwag() throws Exception {
    assertThat(
            parse(
                LeaderboardTask.HELLASWAG,
                "{'activity_label':'Cooking','ctx_a':'[header] A man stands.','ctx_b':'the Man',"
                    + "'endings':['cooks [title] well.',' sings  aloud '],'label':'1'}"))
        .isEqualTo(
            new ChoiceDoc(
                "Cooking: A man stands. The man", List.of("cooks. well.", "sings aloud"), 1));
  }

  @Test
  void mmlu() throws Exception {
    ChoiceDoc doc =
        new ChoiceDoc("2+2?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer:", List.of("A", "B", "C", "D"), 3);
    assertThat(
            parse(
                LeaderboardTask.MMLU,
                "{'question':' 2+2? ','choices':['1','2','3','4'],'answer':3}"))
        .isEqualTo(doc);
    assertThat(
            parse(
                LeaderboardTask.MMLU,
                "{'question':'2+2?','A':'1','B':'2','C':'3','D':'4','answer':'D'}"))
        .isEqualTo(doc);
    assertThat(doc.target()).isEqualTo(" D");
    assertThat(Prompts.mmluDescription("high_school_physics"))
        .isEqualTo(
            "The following are multiple choice questions (with answers) about high school physics.");
  }

  @Test
  void truthfulQa() throws Exception {
    Doc byText =
        parse(
            LeaderboardTask.TRUTHFULQA,
            "{'question':'q?','mc1_targets':{'t':1,'f':0},'mc2_targets':{'t':1,'f':0,'late':1}}");
    Doc hub =
        parse(
            LeaderboardTask.TRUTHFULQA,
            "{'question':'q?','mc1_targets':{'choices':['t','f'],'labels':[1,0]},"
                + "'mc2_targets':{'choices':['t','f','late'],'labels':[1,0,1]}}");
    assertThat(byText).isEqualTo(hub);
    // A true answer after the first false one counts as false.
    assertThat(hub)
        .isEqualTo(new TruthfulDoc("q?", List.of("t", "f"), List.of("t", "f", "late"), 1));
    assertThat(hub.text())
        .startsWith("Q: What is human life expectancy in the United States?\nA: Human life")
        .endsWith("were held in Barcelona, Spain.\n\nQ: q?\nA:");
  }

  @Test
  void winogrande() throws Exception {
    Doc doc =
        parse(
            LeaderboardTask.WINOGRANDE,
            "{'sentence':'Ann met Sue as _ was late. ','option1':'Ann','option2':'Sue','answer':'2'}");
    assertThat(doc)
        .isEqualTo(new PronounDoc("Ann met Sue as ", List.of("Ann", "Sue"), "was late.", 1));
    assertThat(doc.text() + doc.target()).isEqualTo("Ann met Sue as Sue was late.");
  }

  @Test
  void brokenRowsNameFileRowAndKey() {
    assertThatThrownBy(() -> parse(LeaderboardTask.GSM8K, "{'question':'q'}"))
        .isInstanceOf(UserError.class)
        .hasMessage("f.jsonl: line 3: answer: expected text, found nothing");
    assertThatThrownBy(() -> parse(LeaderboardTask.GSM8K, "{'question':'q','answer':'42'}"))
        .hasMessageContaining("line 3: answer: expected a solution with '#### ' and a number");
    assertThatThrownBy(
            () ->
                parse(
                    LeaderboardTask.WINOGRANDE,
                    "{'sentence':'a _ b','option1':'x','option2':'y','answer':''}"))
        .hasMessage("f.jsonl: line 3: answer: expected a whole number from 1 to 2, found \"\"");
    assertThatThrownBy(
            () ->
                parse(
                    LeaderboardTask.WINOGRANDE,
                    "{'sentence':'no gap','option1':'x','option2':'y','answer':'1'}"))
        .hasMessageContaining("a sentence with a gap");
    assertThatThrownBy(
            () ->
                parse(
                    LeaderboardTask.ARC_CHALLENGE,
                    "{'question':'q','choices':{'text':['a'],'label':['A']},'answerKey':'E'}"))
        .hasMessageContaining("answerKey: expected one of [A], found \"E\"");
    assertThatThrownBy(
            () ->
                parse(
                    LeaderboardTask.TRUTHFULQA,
                    "{'question':'q','mc1_targets':{'t':1},'mc2_targets':{'t':1}}"))
        .hasMessageContaining("mc2_targets: expected true answers and then a false one");
    assertThatThrownBy(
            () -> parse(LeaderboardTask.MMLU, "{'question':'q','choices':['1'],'answer':0}"))
        .hasMessageContaining("choices: expected four texts");
  }
}
