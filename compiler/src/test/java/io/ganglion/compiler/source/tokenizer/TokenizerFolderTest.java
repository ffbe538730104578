package io.ganglion.compiler.source.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFolderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TEXTS =
      List.of(
          "He said the foodservice pie business doesn't fit.",
          "  Caf\u00e9 [MASK] <mask> don't \u4e2d\u6587 \ud83d\ude00 x",
          "",
          "The dollar was at 116.92 yen against the yen, flat on the session");

  @TempDir Path folder;

  private static Path model(String name) {
    Path model = Path.of(System.getProperty("ganglion.shared.data", "absent"), "huggingface", name);
    assumeTrue(Files.exists(model), () -> "not run: there is no " + model);
    return model;
  }

  private void copy(Path model, String... names) throws Exception {
    for (String name : names) {
      Files.copy(model.resolve(name), folder.resolve(name));
    }
  }

  private static void encodeAlike(TokenizerSpec found, TokenizerSpec expected) {
    Tokenizer ours = found.tokenizer(40);
    Tokenizer theirs = expected.tokenizer(40);
    for (String text : TEXTS) {
      assertThat(ours.encode(text, null).inputIds())
          .as(text)
          .isEqualTo(theirs.encode(text, null).inputIds());
      assertThat(ours.encode(text, TEXTS.get(0)).inputIds())
          .isEqualTo(theirs.encode(text, TEXTS.get(0)).inputIds());
      assertThat(ours.encode(text, TEXTS.get(0)).segmentIds())
          .isEqualTo(theirs.encode(text, TEXTS.get(0)).segmentIds());
    }
  }

  @Test
  void aFolderWithoutATokenizerHasNone() throws Exception {
    assertThat(TokenizerFolder.read(folder, null, true)).isEmpty();
  }

  @Test
  void aVocabularyAndItsSettingsAreBertsTokenizer() throws Exception {
    for (String name : List.of("bert-pair-2-labels", "bert-single-5-labels-cased")) {
      Path model = model(name);
      copy(model, "vocab.txt", "tokenizer_config.json");
      encodeAlike(
          TokenizerFolder.read(folder, null, true).orElseThrow(),
          TokenizerSpec.read(model.resolve("tokenizer.json")));
      Files.delete(folder.resolve("vocab.txt"));
      Files.delete(folder.resolve("tokenizer_config.json"));
    }
  }

  @Test
  void piecesAndMergesAreRobertasTokenizer() throws Exception {
    Path model = model("roberta-2-labels");
    copy(model, "vocab.json", "merges.txt", "tokenizer_config.json");
    ObjectNode whole = (ObjectNode) JSON.readTree(model.resolve("tokenizer.json").toFile());
    for (JsonNode token : whole.get("added_tokens")) { // older tools strip before the mask
      ((ObjectNode) token).put("lstrip", token.get("content").asText().equals("<mask>"));
    }
    encodeAlike(
        TokenizerFolder.read(folder, null, true).orElseThrow(),
        TokenizerSpec.parse(JSON.writeValueAsBytes(whole), "whole"));
  }

  @Test
  void aSentencePieceModelIsXlmRobertasTokenizer() throws Exception {
    Path model = model("xlm-roberta-reranker");
    ObjectNode whole = (ObjectNode) JSON.readTree(model.resolve("tokenizer.json").toFile());
    whole.remove("normalizer");
    for (JsonNode token : whole.get("added_tokens")) {
      ((ObjectNode) token).put("lstrip", token.get("content").asText().equals("<mask>"));
    }
    Files.write(folder.resolve("sentencepiece.bpe.model"), sentencePieces(whole, 1));
    encodeAlike(
        TokenizerFolder.read(folder, null, true).orElseThrow(),
        TokenizerSpec.parse(JSON.writeValueAsBytes(whole), "whole"));
  }

  /** The pieces behind the special ones, as SentencePiece writes them. */
  private static byte[] sentencePieces(JsonNode whole, int kind) throws Exception {
    JsonNode pieces = whole.at("/model/vocab");
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    for (String special : List.of("<unk>", "<s>", "</s>")) {
      piece(model, special, 0);
    }
    for (int i = 4; i < pieces.size() - 1; i++) {
      piece(model, pieces.get(i).get(0).textValue(), pieces.get(i).get(1).floatValue());
    }
    model.write(new byte[] {2 << 3 | 2, 2, 3 << 3, (byte) kind}); // the trainer's model_type
    return model.toByteArray();
  }

  private static void piece(ByteArrayOutputStream model, String text, float score)
      throws Exception {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    model.write(1 << 3 | 2);
    model.write(utf8.length + 7);
    model.write(1 << 3 | 2);
    model.write(utf8.length);
    model.write(utf8);
    model.write(2 << 3 | 5);
    model.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(score).array());
  }

  @Test
  void whetherCaseIsKeptIsAskedWhereNoFileSaysIt() throws Exception {
    Files.writeString(folder.resolve("vocab.txt"), "[UNK]\n[CLS]\n[SEP]\na\nA\n");
    Tokenizer kept = TokenizerFolder.read(folder, null, false).orElseThrow().tokenizer(9);
    assertThat(kept.encode("A", null).inputIds()).containsExactly(1, 4, 2);
    Tokenizer lower = TokenizerFolder.read(folder, null, true).orElseThrow().tokenizer(9);
    assertThat(lower.encode("A", null).inputIds()).containsExactly(1, 3, 2);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": true}");
    assertThatThrownBy(() -> TokenizerFolder.read(folder, null, false))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("case is to be kept");
  }

  @Test
  void aGivenFileTakesThePlaceOfTheFoldersOwn() throws Exception {
    Files.writeString(folder.resolve("vocab.txt"), "[UNK]\n[CLS]\n[SEP]\na\n");
    Path given = Files.writeString(folder.resolve("other.txt"), "[UNK]\n[CLS]\n[SEP]\nx\na\n");
    Tokenizer tokenizer = TokenizerFolder.read(folder, given, true).orElseThrow().tokenizer(9);
    assertThat(tokenizer.encode("a", null).inputIds()).containsExactly(1, 4, 2);
    assertThat(TokenizerFolder.isIn(folder)).isTrue();
  }

  @Test
  void filesThatContradictEachOtherAreRefused() throws Exception {
    copy(model("bert-pair-2-labels"), "tokenizer.json");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
    refused("do_lower_case false and tokenizer.json the opposite");
  }

  @Test
  void whatIsDamagedIsRefusedInOneSentence() throws Exception {
    Files.writeString(folder.resolve("tokenizer_config.json"), "[]");
    Files.writeString(folder.resolve("vocab.txt"), "[UNK]\n[CLS]\n[SEP]\n");
    refused("tokenizer_config.json holds no object");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_basic_tokenize\": false}");
    refused("do_basic_tokenize false");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"unk_token\": \"<none>\"}");
    refused("no unk_token <none>");
    Path pieces = folder.resolve("sentencepiece.bpe.model");
    Files.write(pieces, new byte[] {1 << 3 | 2, 100, 1});
    refused("is not a SentencePiece model: it ends in the middle of field 1");
    Files.write(pieces, new byte[] {(byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1});
    refused("is not a SentencePiece model");
    Files.write(pieces, new byte[] {2 << 3 | 2, 2, 3 << 3, 2});
    refused("not a unigram model");
  }

  private void refused(String words) {
    assertThatThrownBy(() -> TokenizerFolder.read(folder, null, true))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining(words);
  }
}
