package io.ganglion.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "64KB, 65536", "256MB, 268435456", "2GB, 2147483648", "0MB, 0"})
  void aNumberAndItsUnitAreRead(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "MB", "-1MB", "5 MB", "5mb", "1.5GB", "5TB", "1000000GB"})
  void anythingElseIsRefusedWithTheForm(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'" + text + "' is no size; write a number and KB, MB or GB");
  }
}
