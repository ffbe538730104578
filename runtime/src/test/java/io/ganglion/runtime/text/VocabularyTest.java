package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  @TempDir Path directory;

  @Test
  void aLineNumberIsAnId() throws Exception {
    Vocabulary vocabulary = read("[UNK]\n[CLS]\n[SEP]\na\n##b\n");
    assertThat(vocabulary.size()).isEqualTo(5);
    assertThat(vocabulary.id("##b")).hasValue(4);
    assertThat(vocabulary.id("b")).isEmpty();
    assertThat(vocabulary.id("[UN")).isEmpty();
  }

  @Test
  void byteOrderMarkCarriageReturnsAndSpacesAreNoPartOfAPiece() throws Exception {
    Vocabulary vocabulary = read("\ufeff[UNK]\r\n[CLS]  \r\n\u3000[SEP]\r\na");
    assertThat(vocabulary.size()).isEqualTo(4);
    assertThat(vocabulary.id("[UNK]")).hasValue(0);
    assertThat(vocabulary.id("[SEP]")).hasValue(2);
    assertThat(vocabulary.id("a")).hasValue(3);
  }

  @Test
  void theLaterOfTwoEqualPiecesCountsAndNothingShifts() throws Exception {
    Vocabulary vocabulary = read("[UNK]\n[CLS]\na\n[SEP]\na\nb\n");
    assertThat(vocabulary.id("a")).hasValue(4);
    assertThat(vocabulary.id("b")).hasValue(5);
    assertThat(vocabulary.size()).isEqualTo(6);
  }

  @Test
  void anEmptyLineKeepsItsIdButNotAtTheEnd() throws Exception {
    Vocabulary vocabulary = read("[UNK]\n[CLS]\n\n[SEP]\n\n \n");
    assertThat(vocabulary.id("[SEP]")).hasValue(3);
    assertThat(vocabulary.size()).isEqualTo(4);
  }

  @Test
  void aVocabularyWithoutTheSpecialPiecesIsRefused() {
    for (String missing : List.of("[UNK]", "[CLS]", "[SEP]")) {
      assertThatThrownBy(() -> read("[UNK]\n[CLS]\n[SEP]\n".replace(missing, "x")))
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining(missing)
          .hasMessageContaining("vocab.txt");
    }
  }

  @Test
  void whatIsNotUtf8OrNotAFileIsRefused() throws Exception {
    Path file = directory.resolve("latin1.txt");
    Files.write(file, "[UNK]\n[CLS]\n[SEP]\n\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    for (Path bad : List.of(file, directory, directory.resolve("absent"))) {
      assertThatThrownBy(() -> Vocabulary.read(bad))
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining(bad.toString());
    }
  }

  @Test
  void manyPiecesAreAllFound() throws Exception {
    List<String> pieces = new java.util.ArrayList<>(List.of("[UNK]", "[CLS]", "[SEP]"));
    for (int i = 0; i < 20_000; i++) {
      pieces.add("##" + Integer.toString(i, 36) + Character.toString(0x1f600 + i % 50));
    }
    Vocabulary vocabulary = Vocabulary.of(pieces);
    for (int id = 0; id < pieces.size(); id++) {
      assertThat(vocabulary.id(pieces.get(id))).hasValue(id);
    }
  }

  private Vocabulary read(String text) throws Exception {
    Path file = directory.resolve("vocab.txt");
    Files.writeString(file, text);
    return Vocabulary.read(file);
  }
}
