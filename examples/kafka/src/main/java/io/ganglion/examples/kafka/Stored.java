package io.ganglion.examples.kafka;

import org.apache.kafka.streams.processor.api.Record;

/** A record as the store holds it: its time, the length of its key, the key, the value. */
final class Stored {
  private Stored() {}

  static String write(Record<String, String> record) {
    String key = record.key();
    return record.timestamp()
        + " "
        + (key == null ? -1 : key.length())
        + " "
        + (key == null ? "" : key)
        + record.value();
  }

  static Record<String, String> read(String stored) {
    String[] parts = stored.split(" ", 3);
    int length = Integer.parseInt(parts[1]);
    int from = Math.max(length, 0);
    String key = length < 0 ? null : parts[2].substring(0, length);
    return new Record<>(key, parts[2].substring(from), Long.parseLong(parts[0]));
  }
}
