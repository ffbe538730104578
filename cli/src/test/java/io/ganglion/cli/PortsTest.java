package io.ganglion.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class PortsTest {
  @Test
  void aPortIsANumber() {
    assertThat(new Ports.Remote().convert("60061")).isEqualTo(60061);
    assertThat(new Ports.Listening().convert("65535")).isEqualTo(65535);
    assertThat(new Ports.ListeningOrNone().convert("1")).hasValue(1);
  }

  @Test
  void zeroIsAnyFreePortOfThisMachineOnly() {
    assertThat(new Ports.Listening().convert("0")).isZero();
    assertThat(new Ports.ListeningOrNone().convert("0")).hasValue(0);
    assertThatThrownBy(() -> new Ports.Remote().convert("0"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'0' is no port; a port is a number from 1 to 65535");
  }

  @Test
  void noneIsAWordAndOnlyWhereAPortIsOptional() {
    assertThat(new Ports.ListeningOrNone().convert("none")).isEmpty();
    assertThatThrownBy(() -> new Ports.Listening().convert("none"))
        .isInstanceOf(TypeConversionException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "70000", "99999999999", "", "http", "1.0", " 80"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> new Ports.ListeningOrNone().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "' is no port");
  }
}
