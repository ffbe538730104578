package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MrpcFilesTest {
  private static final String HEADER = "\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n";

  @TempDir private Path directory;
  private Path output;

  @BeforeEach
  void writeCorpus() throws IOException {
    output = directory.resolve("out");
    write(
        "msr_paraphrase_train.txt",
        HEADER
            + "1\t702876\t702977\tAmrozi accused his brother , \" the witness \" .\tHe did .\r\n"
            + "0\t2108705\t2108831\tYucaipa owned it .\tYucaipa bought it .\r\n"
            + "1\t1330381\t1330521\tThey had it .\tOn June 10 they had it .\r\n");
    write("msr_paraphrase_test.txt", HEADER + "1\t1089874\t1089925\tPCCW 's .\tCurrent .\r\n");
  }

  @Test
  void theDevRowsAreTakenOutOfTheTrainingFile() throws Exception {
    Path ids = write("ids.tsv", "2108705\t2108831\n");

    MrpcFiles.Counts counts = MrpcFiles.prepare(directory, ids, output, null);

    assertThat(counts).isEqualTo(new MrpcFiles.Counts(2, 1, 1));
    assertThat(Files.readString(output.resolve("dev.tsv")))
        .isEqualTo(
            PairTable.HEADER + "\n0\t2108705\t2108831\tYucaipa owned it .\tYucaipa bought it .\n");
    assertThat(Files.readAllLines(output.resolve("train.tsv")))
        .hasSize(3)
        .contains("1\t702876\t702977\tAmrozi accused his brother , \" the witness \" .\tHe did .");
    assertThat(Files.readAllLines(output.resolve("test.tsv")))
        .containsExactly(
            "index\t#1 ID\t#2 ID\t#1 String\t#2 String",
            "0\t1089874\t1089925\tPCCW 's .\tCurrent .");
    assertThat(PairTable.read(output.resolve("train.tsv"))).hasSize(2);
  }

  @Test
  void gluesOwnDevFileWillDoAsTheListOfIds() throws Exception {
    Path ids = write("dev.tsv", HEADER + "0\t2108705\t2108831\tYucaipa owned it .\tother text\n");

    assertThat(MrpcFiles.prepare(directory, ids, output, null).dev()).isEqualTo(1);
  }

  @Test
  void otherCountsThanThePublishedOnesAreRefused() throws Exception {
    Path ids = write("ids.tsv", "2108705\t2108831\n");

    assertThatThrownBy(() -> MrpcFiles.prepare(directory, ids, output, MrpcFiles.PUBLISHED))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("has 2 training, 1 dev and 1 test pairs")
        .hasMessageContaining("3668, 408 and 1725");
    assertThat(output).doesNotExist();
  }

  @Test
  void idsOfAnotherCorpusAreRefused() throws Exception {
    Path ids = write("ids.tsv", "2108705\t2108831\n5\t6\n");

    assertThatThrownBy(() -> MrpcFiles.prepare(directory, ids, output, null))
        .hasMessageContaining("names 2 id pairs and only 1 of them");
  }

  @Test
  void aBrokenRowIsNamedByItsLine() throws Exception {
    write("msr_paraphrase_test.txt", HEADER + "1\t1\t2\tonly one text\r\n");
    Path ids = write("ids.tsv", "2108705\t2108831\n");

    assertThatThrownBy(() -> MrpcFiles.prepare(directory, ids, output, null))
        .hasMessageContaining("msr_paraphrase_test.txt")
        .hasMessageContaining("line 2");
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    Path ids = write("ids.tsv", "2108705\t2108831\n");

    assertThatThrownBy(() -> MrpcFiles.prepare(directory.resolve("no"), ids, output, null))
        .hasMessageContaining("There is no file")
        .hasMessageContaining("msr_paraphrase_train.txt");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
