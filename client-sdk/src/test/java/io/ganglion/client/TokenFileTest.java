package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir private Path folder;

  @Test
  void aRenewedTokenIsReadAndAMissingFileLeavesTheLastOne() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "first\n");
    AtomicLong now = new AtomicLong();
    Supplier<String> token = TokenFile.open(file, now::get);
    Files.writeString(file, "second\n");
    assertThat(token.get()).isEqualTo("first");
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(token.get()).isEqualTo("second");
    Files.delete(file);
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(token.get()).isEqualTo("second");
  }

  @Test
  void aFileThatIsNotThereIsToldAtOnce() {
    assertThatThrownBy(() -> TokenFile.open(folder.resolve("none"), System::nanoTime))
        .hasMessageContaining("the token file cannot be read");
  }
}
