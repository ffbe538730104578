package io.ganglion.server;

import io.ganglion.server.grpc.WireService;
import io.ganglion.server.wire.ganglion.GanglionV1;
import io.ganglion.server.wire.mrpc.Mrpc;
import java.util.List;

/** The protocols of the server. A protocol is a package of its own and a word here. */
final class Protocols {
  private Protocols() {}

  static List<WireService> all() {
    return List.of(new GanglionV1(), new Mrpc());
  }
}
