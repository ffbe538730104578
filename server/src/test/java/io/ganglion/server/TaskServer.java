package io.ganglion.server;

import io.ganglion.client.GanglionClient;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.proto.v1.PairClassifierGrpc.PairClassifierBlockingStub;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.OutputActivation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Serves small models on the CPU core and in process, one after the other. */
final class TaskServer implements AutoCloseable {
  private static final List<String> WORDS =
      List.of("the", "cat", "dog", "sat", "ran", "mat", "red");

  private final Path folder;
  private int served;
  private @Nullable InProcessServer server;

  /**
   * @param folder where the models are written
   */
  TaskServer(Path folder) {
    this.folder = folder;
  }

  /** Serves the model instead of the one before. */
  PairClassifierBlockingStub serve(TestArtifacts model) throws Exception {
    close();
    server = InProcessServer.start(model.write(folder.resolve("model" + served++)));
    return PairClassifierGrpc.newBlockingStub(server.channel());
  }

  GanglionClient client() {
    return GanglionClient.builder().channel(server.channel()).build();
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }

  static TestArtifacts reranker() {
    return TestArtifacts.tiny().labels("score").output(OutputActivation.SIGMOID);
  }

  /** Texts of one to twelve words, all different. */
  static List<String> texts(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder("a");
      for (int rest = i; rest > 0; rest /= WORDS.size()) {
        text.append(' ').append(WORDS.get(rest % WORDS.size()));
      }
      texts.add(text.append(" dog".repeat(i % 9)).toString());
    }
    return texts;
  }

  static float score(PairClassifierBlockingStub stub, String query, String document) {
    return stub.classify(ClassifyRequest.newBuilder().setTextA(query).setTextB(document).build())
        .getProbabilities(0);
  }
}
