package io.ganglion.examples;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.client.ScriptedServer;
import io.ganglion.client.ScriptedServer.Act;
import io.ganglion.client.ScriptedServer.Script;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The programs in Python and JavaScript, where those have gRPC. Another Python: {@code
 * -Dganglion.python=venv/bin/python}; a folder with node_modules: {@code -Dganglion.node=folder}.
 */
@Timeout(60)
class OtherLanguagesTest {
  private static final String PYTHON = System.getProperty("ganglion.python", "python3");
  private static final Path MODULES = Path.of(System.getProperty("ganglion.node", "."));
  private static final Script SCRIPT =
      (text, times) -> text.isEmpty() ? new Act.Fail(Status.Code.INVALID_ARGUMENT, 0) : ANSWER;

  private record Ended(int code, String output) {}

  private static Ended run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(MODULES.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
    return new Ended(process.exitValue(), output);
  }

  private static boolean works(String... command) throws Exception {
    try {
      return run(command).code() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  private static void asks(String... program) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(SCRIPT)) {
      Ended good = run(with(program, server.target(), "one text", "another"));
      assertThat(good).isEqualTo(new Ended(0, "not_paraphrase, probability 0.750"));
      Ended bad = run(with(program, server.target(), "", "another"));
      assertThat(bad.code()).isEqualTo(1);
      assertThat(bad.output()).startsWith("INVALID_ARGUMENT");
    }
  }

  private static String[] with(String[] program, String... more) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  private static String file(String name) {
    return Path.of(name).toAbsolutePath().toString();
  }

  @Test
  void pythonGetsItsAnswer() throws Exception {
    assumeTrue(works(PYTHON, "-c", "import grpc, grpc_tools"), "no Python with grpcio-tools");
    asks(PYTHON, file("python/classify.py"));
  }

  @Test
  void nodeGetsItsAnswer() throws Exception {
    String needed = "require('@grpc/grpc-js'); require('@grpc/proto-loader')";
    assumeTrue(works("node", "-e", needed), "no Node with @grpc/grpc-js and @grpc/proto-loader");
    asks("node", file("node/classify.mjs"));
  }
}
