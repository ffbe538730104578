package io.ganglion.client;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("proof")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KilledServersProofTest {
  @Test
  void scriptedServersLoseNothing() throws Exception {
    KilledServers.survive(
        port ->
            Processes.java(
                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
                ScriptedServer.class,
                Integer.toString(port),
                "3"));
  }
}
