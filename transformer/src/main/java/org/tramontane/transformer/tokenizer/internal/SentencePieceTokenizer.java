package org.tramontane.transformer.tokenizer.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.tokenizer.SpecialIds;
import org.tramontane.transformer.tokenizer.StreamingDecoder;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.internal.SentencePieceModel.Kind;
import org.tramontane.transformer.tokenizer.internal.SentencePieceModel.Piece;

/// SentencePiece's BPE: control pieces are never found in text, user-defined pieces always are.
public final class SentencePieceTokenizer implements Tokenizer {
  static final String SPACE = "\u2581";

  private final Path file;
  private final SentencePieceModel model;
  private final Map<String, Integer> ids = new HashMap<>();
  private final int[] byteValues;
  private final PieceTrie userDefined = new PieceTrie();
  private final BpeModel bpe;
  private final SpecialIds special;

  /// Reads the bytes of a `tokenizer.model`.
  ///
  /// @throws UserError if they are broken, or the model needs what is not supported
  public SentencePieceTokenizer(Path file, byte[] bytes, TokenizerConfig config) {
    this.file = file;
    this.model = SentencePieceModel.parse(file, bytes);
    checkSupported();
    this.byteValues = new int[model.pieces().size()];
    Arrays.fill(byteValues, -1);
    Map<String, Integer> text = new HashMap<>();
    indexPieces(text);
    BpeModel.Builder builder = new BpeModel.Builder(text, vocabSize());
    builder.mergeByScore(ranks(text));
    this.bpe = builder.build(new BpeModel.Fallback(byteIds(), unknownId(), true));
    SentencePieceModel.Trainer trainer = model.trainer();
    this.special =
        config.specialIds(
            this::id,
            new SpecialIds(
                control(trainer.bos()),
                control(trainer.eos()),
                control(trainer.pad()),
                OptionalInt.of(unknownId()),
                true,
                false));
  }

  private void checkSupported() {
    if (model.trainer().modelType() != 2) {
      throw unsupported(
          "model type " + model.trainer().modelType() + "; only BPE (2) is supported");
    }
    if (model.normalizer().charsMapBytes() > 0) {
      throw unsupported("a precompiled_charsmap; only the identity normalizer is supported");
    }
    if (model.trainer().spaceAsSuffix()) {
      throw unsupported("treat_whitespace_as_suffix, which is not supported");
    }
  }

  private UserError unsupported(String what) {
    return new UserError(file + ": the tokenizer has " + what);
  }

  private void indexPieces(Map<String, Integer> text) {
    List<Piece> pieces = model.pieces();
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      Integer first = ids.putIfAbsent(piece.text(), id);
      if (first != null) {
        throw new UserError(
            file
                + ": pieces "
                + first
                + " and "
                + id
                + " are both '"
                + piece.text()
                + "'; every piece must differ");
      }
      switch (piece.kind()) {
        case NORMAL -> text.put(piece.text(), id);
        case USER_DEFINED -> {
          text.put(piece.text(), id);
          userDefined.put(piece.text(), id);
        }
        case BYTE -> {
          byteValues[id] = Bytes.value(piece.text());
          if (byteValues[id] < 0) {
            throw new UserError(
                file
                    + ": byte piece "
                    + id
                    + " is '"
                    + piece.text()
                    + "', expected <0x00> to <0xFF>");
          }
        }
        case UNUSED -> throw unsupported("the unused piece " + id + ", which is not supported");
        case UNKNOWN, CONTROL -> {}
      }
    }
  }

  /// Pieces with equal scores have equal ranks; the leftmost pair then merges first.
  private Map<String, Integer> ranks(Map<String, Integer> text) {
    float[] scores = new float[text.size()];
    int count = 0;
    for (int id : text.values()) {
      // Adding zero makes -0 equal to 0.
      scores[count++] = -model.pieces().get(id).score() + 0f;
    }
    Arrays.sort(scores);
    Map<Float, Integer> rankOf = new HashMap<>();
    for (float score : scores) {
      rankOf.putIfAbsent(score, rankOf.size());
    }
    Map<String, Integer> ranks = new HashMap<>();
    text.forEach(
        (piece, id) ->
            ranks.put(piece, rankOf.getOrDefault(-model.pieces().get(id).score() + 0f, 0)));
    return ranks;
  }

  private List<Integer> byteIds() {
    if (!model.trainer().byteFallback()) {
      return List.of();
    }
    List<Integer> byteIds = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      Integer id = ids.get(Bytes.piece(value));
      if (id == null || byteValues[id] != value) {
        throw new UserError(
            file + ": byte_fallback is on but the piece " + Bytes.piece(value) + " is missing");
      }
      byteIds.add(id);
    }
    return byteIds;
  }

  private int unknownId() {
    for (int id = 0; id < model.pieces().size(); id++) {
      if (model.pieces().get(id).kind() == Kind.UNKNOWN) {
        return id;
      }
    }
    throw new UserError(file + ": there is no piece of type UNKNOWN");
  }

  private OptionalInt control(String piece) {
    Integer id = ids.get(piece);
    return id != null && model.pieces().get(id).kind() == Kind.CONTROL
        ? OptionalInt.of(id)
        : OptionalInt.empty();
  }

  @Override
  public int[] encode(String text) {
    String normal = normalize(Utf8.repair(text));
    IntList out = new IntList();
    if (userDefined.isEmpty()) {
      bpe.encode(normal, 0, normal.length(), out);
      return out.toArray();
    }
    int start = 0;
    for (int at = 0; at < normal.length(); ) {
      long found = userDefined.longest(normal, at);
      if (found < 0) {
        at += Character.charCount(normal.codePointAt(at));
        continue;
      }
      bpe.encode(normal, start, at, out);
      out.add((int) found);
      at = (int) (found >>> 32);
      start = at;
    }
    bpe.encode(normal, start, normal.length(), out);
    return out.toArray();
  }

  private String normalize(String text) {
    String normal = text;
    if (model.normalizer().removeExtraSpaces()) {
      normal = normal.replaceAll(" +", " ");
      int start = normal.startsWith(" ") ? 1 : 0;
      int end = normal.length() - (normal.length() > start && normal.endsWith(" ") ? 1 : 0);
      normal = normal.substring(start, end);
    }
    if (normal.isEmpty()) {
      return normal;
    }
    normal = model.normalizer().addDummyPrefix() ? " " + normal : normal;
    return model.normalizer().escapeSpaces() ? normal.replace(" ", SPACE) : normal;
  }

  @Override
  public String decode(int[] ids, boolean skipSpecial) {
    StreamingDecoder decoder = streamingDecoder(skipSpecial);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.append(id));
    }
    return text.append(decoder.flush()).toString();
  }

  @Override
  public StreamingDecoder streamingDecoder(boolean skipSpecial) {
    return new Decoder(skipSpecial);
  }

  @Override
  public int vocabSize() {
    return model.pieces().size();
  }

  @Override
  public String piece(int id) {
    return at(id).text();
  }

  private Piece at(int id) {
    if (id < 0 || id >= vocabSize()) {
      throw new UserError(file + ": token id " + id + " is outside [0, " + vocabSize() + ")");
    }
    return model.pieces().get(id);
  }

  @Override
  public OptionalInt id(String piece) {
    Integer id = ids.get(piece);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return at(id).kind() == Kind.CONTROL;
  }

  @Override
  public SpecialIds special() {
    return special;
  }

  /// The space that encoding puts in front is taken away again from the first piece that gives text.
  private final class Decoder implements StreamingDecoder {
    private final boolean skipSpecial;
    private final Utf8 utf8 = new Utf8();
    private boolean start = true;

    Decoder(boolean skipSpecial) {
      this.skipSpecial = skipSpecial;
    }

    @Override
    public String append(int id) {
      Piece piece = at(id);
      if (byteValues[id] >= 0) {
        start = false;
        return utf8.append(byteValues[id]);
      }
      String text =
          switch (piece.kind()) {
            case CONTROL -> skipSpecial ? "" : piece.text();
            case UNKNOWN -> model.trainer().unkSurface();
            case NORMAL, USER_DEFINED, UNUSED, BYTE -> unescape(piece.text());
          };
      start &= piece.kind() == Kind.CONTROL;
      return utf8.flush() + text;
    }

    private String unescape(String piece) {
      boolean prefixed =
          model.normalizer().addDummyPrefix() || model.normalizer().removeExtraSpaces();
      String text = start && prefixed && piece.startsWith(SPACE) ? piece.substring(1) : piece;
      return text.replace(SPACE, " ");
    }

    @Override
    public String flush() {
      start = true;
      return utf8.flush();
    }
  }
}
