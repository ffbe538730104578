package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenGroupsTest {
  @Test
  void aBatchIsCutIntoGroupsOfLikeSize() {
    assertThat(groups(320, 100, 100, 100)).containsExactly(3);
    assertThat(groups(320, 100, 100, 100, 100)).containsExactly(2, 2);
    assertThat(groups(320, 500, 10, 10)).containsExactly(1, 2);
    assertThat(groups(320, IntStream.generate(() -> 50).limit(34).toArray()))
        .containsExactly(6, 6, 6, 6, 5, 5);
    assertThat(groups(320, IntStream.generate(() -> 2).limit(100).toArray()))
        .containsExactly(64, 36);
  }

  @Test
  void theMostRowsHoldALongRequestToo() {
    assertThat(new TokenGroups(320).maxRows(128)).isEqualTo(320);
    assertThat(new TokenGroups(320).maxRows(500)).isEqualTo(512);
  }

  @Test
  void theShareOfACacheIsRead(@TempDir Path directory) throws Exception {
    assertThat(CpuCache.levelTwoShare(directory)).isEqualTo(CpuCache.USUAL_LEVEL_2);
    cache(directory, 0, "1", "48K", "0");
    cache(directory, 1, "2", "2048K", "0,64");
    assertThat(CpuCache.levelTwoShare(directory)).isEqualTo(1L << 20);
    cache(directory, 1, "2", "4M", "0-3");
    assertThat(CpuCache.levelTwoShare(directory)).isEqualTo(1L << 20);
    cache(directory, 1, "2", "unknown", "0");
    assertThat(CpuCache.levelTwoShare(directory)).isEqualTo(CpuCache.USUAL_LEVEL_2);
  }

  private static void cache(Path directory, int index, String level, String size, String shared)
      throws Exception {
    Path cache = Files.createDirectories(directory.resolve("index" + index));
    Files.writeString(cache.resolve("level"), level + "\n");
    Files.writeString(cache.resolve("size"), size + "\n");
    Files.writeString(cache.resolve("shared_cpu_list"), shared + "\n");
  }

  private static List<Integer> groups(int maxTokens, int... lengths) {
    TokenBatch batch =
        TokenBatch.of(
            IntStream.of(lengths)
                .mapToObj(length -> new TokenSequence(new int[length], new int[length]))
                .toList());
    TokenGroups groups = new TokenGroups(maxTokens);
    List<Integer> sizes = new ArrayList<>();
    for (int first = 0; first < batch.size(); ) {
      int end = groups.end(batch, first);
      sizes.add(end - first);
      first = end;
    }
    return sizes;
  }
}
