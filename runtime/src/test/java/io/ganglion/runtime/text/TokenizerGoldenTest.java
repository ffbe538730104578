package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.runtime.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class TokenizerGoldenTest {
  @Test
  void equalsTheReferenceOnEveryGoldenRow() throws Exception {
    Path golden = SharedData.require("tokenizer_golden.jsonl");
    Vocabulary vocabulary = Vocabulary.read(SharedData.require("bert_uncased_vocab.txt"));
    assertThat(vocabulary.size()).isEqualTo(30522);
    ObjectMapper json = new ObjectMapper();
    int rows = 0;
    for (String line : Files.readAllLines(golden)) {
      JsonNode row = json.readTree(line);
      Tokenizer tokenizer =
          TokenizerSpec.googleBert(vocabulary, true).tokenizer(row.get("max_length").intValue());
      TokenSequence sequence =
          tokenizer.encode(row.get("text_a").textValue(), row.get("text_b").textValue());
      assertThat(sequence.inputIds()).as(line).isEqualTo(ints(row.get("input_ids")));
      assertThat(sequence.segmentIds()).as(line).isEqualTo(ints(row.get("segment_ids")));
      rows++;
    }
    assertThat(rows).isGreaterThan(1000);
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }
}
