package org.tramontane.transformer.tokenizer.internal;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.tramontane.tensor.UserError;
import org.tramontane.transformer.tokenizer.SpecialIds;
import org.tramontane.transformer.tokenizer.StreamingDecoder;
import org.tramontane.transformer.tokenizer.Tokenizer;
import org.tramontane.transformer.tokenizer.internal.AddedTokenSplitter.Stretch;

/// A Hugging Face tokenizer: added tokens, normalizer, added tokens again, pre-tokenizer, BPE.
final class HfTokenizer implements Tokenizer {
  /// The stages, as `tokenizer.json` lists them.
  record Stages(
      AddedTokenSplitter raw,
      HfNormalizer normalizer,
      AddedTokenSplitter normalized,
      @Nullable HfMetaspace preTokenizer,
      BpeModel model,
      boolean ignoreMerges,
      HfDecoder decoder) {}

  private final Path file;
  private final Stages stages;
  private final Vocabulary vocabulary;
  private final SpecialIds special;

  HfTokenizer(Path file, Stages stages, Vocabulary vocabulary, SpecialIds special) {
    this.file = file;
    this.stages = stages;
    this.vocabulary = vocabulary;
    this.special = special;
  }

  @Override
  public int[] encode(String text) {
    String whole = Utf8.repair(text);
    IntList out = new IntList();
    for (Stretch outer : stages.raw().split(whole)) {
      if (outer.id() >= 0) {
        out.add(outer.id());
        continue;
      }
      String normal = stages.normalizer().normalize(whole.substring(outer.start(), outer.end()));
      for (Stretch inner : stages.normalized().split(normal)) {
        if (inner.id() >= 0) {
          out.add(inner.id());
        } else {
          boolean first = outer.start() == 0 && inner.start() == 0;
          encodeStretch(normal.substring(inner.start(), inner.end()), first, out);
        }
      }
    }
    return out.toArray();
  }

  private void encodeStretch(String text, boolean first, IntList out) {
    HfMetaspace metaspace = stages.preTokenizer();
    if (metaspace == null) {
      encodeWord(text, 0, text.length(), out);
      return;
    }
    String prepared = metaspace.prepare(text, first);
    int start = 0;
    while (metaspace.split() && start < prepared.length()) {
      int end = prepared.indexOf(metaspace.replacement(), start + 1);
      if (end < 0) {
        break;
      }
      encodeWord(prepared, start, end, out);
      start = end;
    }
    encodeWord(prepared, start, prepared.length(), out);
  }

  private void encodeWord(String text, int start, int end, IntList out) {
    Integer id = stages.ignoreMerges() ? vocabulary.ids().get(text.substring(start, end)) : null;
    if (id != null) {
      out.add(id);
      return;
    }
    stages.model().encode(text, start, end, out);
  }

  @Override
  public String decode(int[] ids, boolean skipSpecial) {
    TextDecoder decoder = new TextDecoder(skipSpecial);
    StringBuilder text = new StringBuilder();
    byte[] run = new byte[ids.length];
    int length = 0;
    for (int id : ids) {
      if (decoder.skips(id)) {
        continue;
      }
      int value = vocabulary.byteValue(id);
      if (value >= 0) {
        run[length++] = (byte) value;
        continue;
      }
      // A run of bytes is text only if all of it is valid: the ByteFallback decoder's rule.
      text.append(decoder.bytes(Utf8.decodeRun(run, length))).append(decoder.token(id));
      length = 0;
    }
    return text.append(decoder.bytes(Utf8.decodeRun(run, length))).toString();
  }

  @Override
  public StreamingDecoder streamingDecoder(boolean skipSpecial) {
    return new TextDecoder(skipSpecial);
  }

  @Override
  public int vocabSize() {
    return vocabulary.size();
  }

  @Override
  public String piece(int id) {
    if (id < 0 || id >= vocabSize()) {
      throw new UserError(file + ": token id " + id + " is outside [0, " + vocabSize() + ")");
    }
    String piece = vocabulary.piece(id);
    if (piece == null) {
      throw new UserError(file + ": no token has the id " + id);
    }
    return piece;
  }

  @Override
  public OptionalInt id(String piece) {
    return vocabulary.id(piece);
  }

  @Override
  public boolean isSpecial(int id) {
    piece(id);
    return vocabulary.isSpecial(id);
  }

  @Override
  public SpecialIds special() {
    return special;
  }

  private final class TextDecoder implements StreamingDecoder {
    private final boolean skipSpecial;
    private final Utf8 utf8 = new Utf8();
    private boolean first = true;
    private int toStrip = stages.decoder().stripCount();

    TextDecoder(boolean skipSpecial) {
      this.skipSpecial = skipSpecial;
    }

    boolean skips(int id) {
      return isSpecial(id) && skipSpecial;
    }

    @Override
    public String append(int id) {
      if (skips(id)) {
        return "";
      }
      int value = vocabulary.byteValue(id);
      return value >= 0 ? byteToken(value) : bytes(utf8.flush()) + token(id);
    }

    private String byteToken(int value) {
      first = false;
      return bytes(utf8.append(value));
    }

    @Override
    public String flush() {
      String rest = bytes(utf8.flush());
      first = true;
      toStrip = stages.decoder().stripCount();
      return rest;
    }

    /// Text that came from bytes.
    String bytes(String text) {
      first &= text.isEmpty();
      return strip(text);
    }

    /// The text of a token that is no byte.
    String token(int id) {
      String text = stages.decoder().text(piece(id), first);
      first = false;
      return strip(text);
    }

    private String strip(String text) {
      int from = 0;
      while (from < text.length() && toStrip > 0) {
        boolean strips = text.charAt(from) == stages.decoder().stripped();
        from += strips ? 1 : 0;
        toStrip = strips ? toStrip - 1 : 0;
      }
      return text.substring(from);
    }
  }
}
