package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void validTextIsReadAndTheReplacementCharacterIsText() {
    for (String text : new String[] {"", "plain", "\u00e9\u4e00\ud83d\ude00", "a\ufffdb"}) {
      assertThat(Utf8.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
    }
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    byte[][] bad = {
      {(byte) 0x80},
      {'a', (byte) 0xc3},
      {(byte) 0xc0, (byte) 0xaf}, // overlong
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // surrogate
      {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond Unicode
      {(byte) 0xff, (byte) 0xfe, 'a', 0}
    };
    for (byte[] bytes : bad) {
      assertThat(Utf8.decode(bytes)).isNull();
    }
  }

  @Test
  void agreesWithTheStrictDecoderOnRandomBytes() {
    Random random = new Random(3);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(8)];
      random.nextBytes(bytes);
      String expected;
      try {
        expected = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        expected = null;
      }
      assertThat(Utf8.decode(bytes)).as(() -> java.util.Arrays.toString(bytes)).isEqualTo(expected);
    }
  }
}
