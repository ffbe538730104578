package io.ganglion.compiler.source.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssetsTest {
  @TempDir Path model;
  private Path assets;

  @BeforeEach
  void makeAssets() throws Exception {
    assets = Files.createDirectory(model.resolve("assets"));
  }

  @Test
  void aModelWithoutFilesBesideItBringsNothing() throws Exception {
    assertThat(Assets.of(model).vocabulary()).isEmpty();
    assertThat(Assets.of(model).labels()).isEmpty();
    Files.delete(assets);
    assertThat(Assets.of(model).vocabulary()).isEmpty();
  }

  @Test
  void theVocabularyBesideTheModelGoesBeforeThoseOfItsAssets() throws Exception {
    Path uncased = Files.createFile(assets.resolve("uncased_vocab.txt"));
    assertThat(Assets.of(model).vocabulary()).contains(uncased);
    Path plain = Files.createFile(assets.resolve("vocab.txt"));
    assertThat(Assets.of(model).vocabulary()).contains(plain);
    Path beside = Files.createFile(model.resolve("vocab.txt"));
    assertThat(Assets.of(model).vocabulary()).contains(beside);
  }

  @Test
  void twoVocabulariesOfWhichNoneIsThePlainOneAreNamed() throws Exception {
    Files.createFile(assets.resolve("cased_vocab.txt"));
    Files.createFile(assets.resolve("uncased_vocab.txt"));
    assertThatThrownBy(() -> Assets.of(model).vocabulary())
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("several vocabularies, cased_vocab.txt, uncased_vocab.txt");
  }

  @Test
  void filesBesideAFrozenGraphAreItsOwn() throws Exception {
    Path graph = Files.createFile(model.resolve("frozen.pb"));
    Path vocabulary = Files.createFile(model.resolve("vocab.txt"));
    assertThat(Assets.of(graph).vocabulary()).contains(vocabulary);
  }

  @Test
  void eachLineIsALabel() throws Exception {
    Files.writeString(assets.resolve("labels.txt"), "not paraphrase\nparaphrase\r\n");
    assertThat(Assets.of(model).labels()).contains(List.of("not paraphrase", "paraphrase"));
  }

  @Test
  void labelsOfGigabytesAreRefusedBeforeTheyAreRead() throws Exception {
    try (RandomAccessFile file =
        new RandomAccessFile(assets.resolve("labels.txt").toFile(), "rw")) {
      file.setLength(2L << 30);
    }
    assertThatThrownBy(() -> Assets.of(model).labels())
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("labels.txt has 2147483648 bytes");
  }

  @Test
  void labelsThatAreNotUtf8AreCalledSo() throws Exception {
    Files.write(assets.resolve("labels.txt"), new byte[] {'a', (byte) 0xe9, '\n'});
    assertThatThrownBy(() -> Assets.of(model).labels())
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("is not UTF-8");
  }
}
