package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ShareConverterTest {
  private final ShareConverter converter = new ShareConverter();

  @Test
  void aShareIsReadInThreeSpellings() {
    assertThat(converter.convert("0.99")).isEqualTo(0.99);
    assertThat(converter.convert("99")).isEqualTo(0.99);
    assertThat(converter.convert("99%")).isEqualTo(0.99);
    assertThat(converter.convert("1")).isEqualTo(1);
    assertThat(converter.convert("0.5%")).isEqualTo(0.005);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "101", "NaN", "much", "", "%"})
  void whatIsNoShareIsRefused(String text) {
    assertThatThrownBy(() -> converter.convert(text)).isInstanceOf(TypeConversionException.class);
  }
}
