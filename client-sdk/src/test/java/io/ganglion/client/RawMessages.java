package io.ganglion.client;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages as bytes, for calls whose every byte a test writes or reads. Stateless, thread-safe. */
public final class RawMessages implements MethodDescriptor.Marshaller<byte[]> {
  public static final RawMessages MARSHALLER = new RawMessages();

  private RawMessages() {}

  @Override
  public InputStream stream(byte[] value) {
    return new ByteArrayInputStream(value);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
