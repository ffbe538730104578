package io.ganglion.runtime.text;

import static io.ganglion.runtime.text.TestTokenizers.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerSpecTest {
  @TempDir Path directory;

  @Test
  void theNormalFormOfANormalFormIsItself() throws Exception {
    for (ObjectNode root :
        List.of(TestTokenizers.wordPiece(), TestTokenizers.bytePairs(), TestTokenizers.unigram())) {
      byte[] once = TestTokenizers.spec(root).toJson();
      assertThat(TokenizerSpec.parse(once, "once").toJson()).isEqualTo(once);
    }
  }

  @Test
  void whatDoesNotChangeTheTokensIsNotInTheNormalForm() throws Exception {
    ObjectNode root = TestTokenizers.wordPiece();
    byte[] plain = TestTokenizers.spec(root).toJson();
    root.putObject("decoder").put("type", "WordPiece");
    root.putObject("padding").put("strategy", "BatchLongest");
    root.set("truncation", json("{'max_length': 9, 'strategy': 'LongestFirst', 'stride': 2}"));
    assertThat(TestTokenizers.spec(root).toJson()).isEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "normalizer|{'type':'Nmt'}|no normalizer Nmt",
        "normalizer|{'type':'Strip','strip_left':1}|strip_left is not true or false",
        "normalizer|{'type':'NFC','form':2}|the field form, which Ganglion does not know",
        "normalizer|{'type':'Precompiled','precompiled_charsmap':'%'}|not base64",
        "normalizer|{'type':'Precompiled','precompiled_charsmap':'/////w=='}|no table of the size",
        "normalizer|{'type':'Replace','pattern':{'Regex':'(a)+'},'content':''}|expression (a)+",
        "normalizer|{'type':'Replace','pattern':{'Regex':'a*'},'content':''}|expression a*",
        "normalizer|{'type':'Replace','pattern':{'Regex':'a+b'},'content':''}|expression a+b",
        "normalizer|{'type':'Replace','pattern':{},'content':''}|neither a String nor a Regex",
        "pre_tokenizer|{'type':'UnicodeScripts'}|no pre-tokenizer UnicodeScripts",
        "pre_tokenizer|{'type':'Metaspace','replacement':'ab'}|not one character",
        "pre_tokenizer|{'type':'Punctuation','behavior':'x'}|no behavior x",
        "post_processor|{'type':'Other'}|no post-processor Other",
        "post_processor|{'type':'BertProcessing','cls':['a'],'sep':['b',1]}|cls is not a token",
        "truncation|{'direction':'Left'}|not at the Left",
        "truncation|{'strategy':'Widest'}|no truncation strategy Widest",
        "version|\"2.0\"|has version 2.0",
        "model|{'type':'WordLevel'}|no tokenizer model WordLevel",
        "model|{'type':'WordPiece','vocab':{}}|vocab is not an object of 1 to",
        "model|{'type':'WordPiece','vocab':{'[UNK]':0,'a':0}}|have the same id",
        "model|{'type':'WordPiece','vocab':{'[UNK]':-1}}|has the id -1",
        "model|{'type':'WordPiece','vocab':{'[UNK]':2000000000}}|has the id 2000000000",
        "model|{'type':'WordPiece','vocab':{'a':0}}|no unk_token [UNK]",
        "model|{'type':'BPE','vocab':{'a':0},'merges':['a b']}|a piece that the vocabulary has not",
        "model|{'type':'BPE','vocab':{'a':0},'merges':['a']}|merges[0] is not two pieces",
        "model|{'type':'BPE','vocab':{'a':0},'merges':[],'dropout':0.1}|no BPE with dropout",
        "model|{'type':'BPE','vocab':{'a':0},'merges':[],'byte_fallback':true}|byte 0 is missing",
        "model|{'type':'Unigram','vocab':[['a',1e999]],'unk_id':0}|not a piece with a finite score",
        "model|{'type':'Unigram','vocab':[['a','NaN']],'unk_id':0}|not a piece with a finite score",
        "model|{'type':'Unigram','vocab':[['a',0]],'unk_id':1}|unk_id is not a whole number",
        "model|{'type':'Unigram','vocab':[['a',0]]}|has no unk_id",
        "added_tokens|[{'id':3,'content':'xx'}]|the vocabulary has another piece there",
        "added_tokens|[{'id':4,'content':'[SEP]'}]|the vocabulary has another piece there",
        "added_tokens|[{'id':900,'content':'xx'},{'id':900,'content':'yy'}]|two with the id 900"
      })
  void whatCannotBeDoneIsRefusedByName(String field, String value, String words) {
    ObjectNode root = TestTokenizers.wordPiece();
    try {
      root.set(field, TestTokenizers.JSON.readTree(value.replace('\'', '"')));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    assertThatThrownBy(() -> TestTokenizers.spec(root))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining(words);
  }

  @Test
  void whatIsNoTokenizerIsRefusedInOneSentence() throws Exception {
    refuses("{", "is not JSON");
    refuses("[]", "holds no object");
    refuses("{}", "has no model");
    refuses("{\"version\": \"1.0\", \"version\": \"1.0\"}", "is not JSON: Duplicate field");
    refuses("{\"model\":".repeat(1000), "is not JSON");
    refuses("[".repeat(100_000), "is not JSON");
    ObjectNode root = TestTokenizers.wordPiece();
    ((ObjectNode) root.at("/model/vocab")).put("x".repeat(1001), 900);
    refuses(root.toString(), "has 1001 characters");
    assertThatThrownBy(() -> TokenizerSpec.read(directory.resolve("none.json")))
        .hasMessageContaining("There is no tokenizer");
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws Exception {
    Path file = directory.resolve("tokenizer.json");
    try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(2L << 30);
    }
    assertThatThrownBy(() -> TokenizerSpec.read(file))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("has 2147483648 bytes");
  }

  private void refuses(String text, String words) throws Exception {
    Path file = Files.writeString(directory.resolve("tokenizer.json"), text);
    assertThatThrownBy(() -> TokenizerSpec.read(file))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(words);
    assertThatThrownBy(() -> TokenizerSpec.parse(text.getBytes(StandardCharsets.UTF_8), "It"))
        .isInstanceOf(TokenizerException.class);
  }

  @Test
  void addedTokensAreTakenOutOfTexts() throws Exception {
    assertThat(ids(added("{}"), "new<m>york")).containsExactly(4, 900, 5);
    assertThat(ids(added("{}"), "new <M> york")).containsExactly(4, 900, 5); // normalized
    assertThat(ids(added("{'normalized': false}"), "new <M>")).doesNotContain(900);
    assertThat(ids(added("{'single_word': true}"), "new<m>york")).doesNotContain(900);
    assertThat(ids(added("{'single_word': true}"), "new <m>.")).contains(900);
  }

  @Test
  void anAddedTokenTakesTheSpacesBesideIt() throws Exception {
    String metaspace = "{'type': 'Metaspace', 'replacement': '\u2581', 'prepend_scheme': 'never'}";
    for (String side : List.of("lstrip", "rstrip")) {
      Consumer<ObjectNode> change =
          root -> {
            root.set("pre_tokenizer", json(metaspace));
            root.set("added_tokens", tokens("{'%s': true}".formatted(side), 99));
          };
      ObjectNode root = TestTokenizers.unigram();
      change.accept(root);
      int[] left = ids(root, "a <m>");
      int[] right = ids(root, "<m> a");
      assertThat(side.equals("lstrip") ? left : right).hasSize(2);
      assertThat(side.equals("lstrip") ? right : left).hasSize(3);
    }
  }

  private static ObjectNode added(String fields) {
    ObjectNode root = TestTokenizers.wordPiece();
    root.remove("post_processor");
    root.set("added_tokens", tokens(fields, 900));
    return root;
  }

  private static ArrayNode tokens(String fields, int id) {
    ArrayNode tokens = TestTokenizers.JSON.createArrayNode();
    tokens.add(json(fields).put("id", id).put("content", "<m>"));
    return tokens;
  }

  private static int[] ids(ObjectNode root, String text) throws Exception {
    return TestTokenizers.spec(root).tokenizer(100).encode(text, null).inputIds();
  }

  @Test
  void theWholeTableIsSeenIncludingAddedAndSpecialTokens() throws Exception {
    ObjectNode root = TestTokenizers.wordPiece();
    int pieces = root.at("/model/vocab").size();
    assertThat(TestTokenizers.spec(root).vocabularySize()).isEqualTo(pieces);
    root.set("added_tokens", tokens("{}", 900));
    assertThat(TestTokenizers.spec(root).vocabularySize()).isEqualTo(901);
    ((ArrayNode) root.at("/post_processor/sep")).set(1, 1000);
    assertThat(TestTokenizers.spec(root).vocabularySize()).isEqualTo(1001);
  }

  @Test
  void segmentsCanBeLeftOut() throws Exception {
    TokenizerSpec spec = TestTokenizers.spec(TestTokenizers.wordPiece());
    assertThat(spec.segments()).isEqualTo(2);
    assertThat(spec.tokenizer(9).encode("a", "b").segmentIds()).containsExactly(0, 0, 0, 1, 1);
    TokenizerSpec plain = spec.withoutSegments();
    assertThat(plain.segments()).isEqualTo(1);
    assertThat(plain.tokenizer(9).encode("a", "b").segmentIds()).containsOnly(0);
  }

  @Test
  void robertasPairHasTwoSeparators() throws Exception {
    ObjectNode root = TestTokenizers.bytePairs();
    root.set(
        "post_processor", json("{'type': 'RobertaProcessing', 'cls': ['!', 1], 'sep': ['#', 2]}"));
    TokenSequence pair = TestTokenizers.spec(root).tokenizer(9).encode("z", "y");
    assertThat(pair.inputIds()).containsExactly(1, 'z', 2, 2, 'y', 2);
    assertThat(pair.segmentIds()).containsOnly(0);
  }

  @Test
  void aTextOfNothingButSpacesHasNoTokens() throws Exception {
    for (ObjectNode root : List.of(TestTokenizers.wordPiece(), TestTokenizers.unigram())) {
      Tokenizer tokenizer = TestTokenizers.spec(root).tokenizer(9);
      assertThat(tokenizer.hasTokens("")).isFalse();
      assertThat(tokenizer.hasTokens("?")).isTrue();
      assertThat(tokenizer.hasTokens(" x")).isTrue();
    }
    assertThat(TestTokenizers.spec(TestTokenizers.wordPiece()).tokenizer(9).hasTokens(" \n"))
        .isFalse();
  }
}
