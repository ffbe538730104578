package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import io.ganglion.client.GanglionClient;
import io.ganglion.engine.Engine;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Pooling;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four tasks, each on two servers, one of which keeps answers. Every few seconds a server is
 * killed, stopped or frozen. Every request must have one outcome, and every answer the bits that an
 * engine gives; none may fail, because the other server of its task lives. {@code
 * -Dganglion.mixed.requests} sets their number.
 */
@Tag("proof")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class MixedTasksProofTest {
  private static final int REQUESTS = Integer.getInteger("ganglion.mixed.requests", 1_000_000);
  private static final int TEXTS = 64;

  /** With up to three items each, within a connection's 512 while the other server is away. */
  private static final int IN_FLIGHT = 128;

  private static final long BETWEEN_FAULTS_MS = 3_000;

  @TempDir private Path folder;
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final Map<String, String> messages = new ConcurrentHashMap<>();
  private final LongAdder answered = new LongAdder();
  private final LongAdder foreign = new LongAdder();
  private final AtomicIntegerArray outcomes = new AtomicIntegerArray(REQUESTS);

  /** What is asked of any model of a task, and what it gives. */
  private record Question(Function<TextModel, CompletableFuture<?>> ask, Object answer) {}

  /** A server that can be started again on its port. */
  private static final class Member {
    final Path model;
    final int port;
    final String cache;
    ServerProcess process;

    Member(Path model, String cache) throws IOException {
      this.model = model;
      this.cache = cache;
      try (ServerSocket socket = new ServerSocket(0)) {
        port = socket.getLocalPort();
      }
      start();
    }

    void start() throws IOException {
      process =
          new ServerProcess(model, "--port", "" + port, "--parallel", "1", "--cache-size", cache);
    }

    void signal(String name) throws Exception {
      new ProcessBuilder("kill", "-" + name, "" + process.process.pid()).start().waitFor();
    }
  }

  /** A model on two servers, and the questions to it. */
  private record Served(List<Member> members, GanglionClient client, List<Question> questions) {}

  /** Only the bits of a classification, not where its time went. */
  private static CompletableFuture<?> probabilities(CompletableFuture<Classification> answer) {
    return answer.thenApply(Classification::probabilities);
  }

  private Served serve(
      String name,
      TestArtifacts model,
      Function<String, Function<TextModel, CompletableFuture<?>>> ask)
      throws Exception {
    Path path = model.write(folder.resolve(name));
    List<Question> questions = new ArrayList<>();
    try (Engine engine = Engine.open(path)) {
      for (String text : TaskServer.texts(TEXTS)) {
        Function<TextModel, CompletableFuture<?>> question = ask.apply(text);
        questions.add(new Question(question, question.apply(engine).join()));
      }
    }
    List<Member> members = List.of(new Member(path, "0"), new Member(path, "4MB"));
    for (Member member : members) {
      member.process.port(); // waits until it is ready
    }
    GanglionClient client =
        GanglionClient.builder()
            .target(members.stream().map(m -> "127.0.0.1:" + m.port).toArray(String[]::new))
            .maxAttempts(20)
            .retryBudget(1)
            .build();
    return new Served(members, client, questions);
  }

  private List<Served> serveAll() throws Exception {
    return List.of(
        serve(
            "classify",
            TestArtifacts.tiny().labels("a", "b", "c"),
            text -> model -> probabilities(model.classify(new TextPair(text, "a dog")))),
        serve(
            "rerank",
            TaskServer.reranker(),
            text -> model -> model.rerank("the red cat", List.of(text, "a dog", text + " ran"))),
        serve(
            "embed",
            TestArtifacts.tiny().embedding(Pooling.MEAN, true),
            text -> model -> model.embed(List.of(text, "the mat"))),
        serve(
            "tag",
            TestArtifacts.tiny().tokens("O", "B-X", "I-X"),
            text -> model -> model.tag(List.of(text), Aggregation.SIMPLE)));
  }

  @Test
  void everyRequestHasOneOutcomeAndEveryAnswerItsBits() throws Exception {
    List<Served> served = serveAll();
    Faults faults = new Faults(served.stream().flatMap(s -> s.members().stream()).toList());
    Thread breaking = new Thread(faults, "faults");
    breaking.start();
    long start = System.nanoTime();
    try {
      askAll(served);
    } finally {
      breaking.interrupt();
      breaking.join();
      served.forEach(s -> s.client().close());
      served.forEach(s -> s.members().forEach(m -> m.process.close()));
    }
    System.out.printf(
        "%,d requests in %d s, %d faults: %,d answered, %,d foreign, failures %s %s%n",
        REQUESTS,
        (System.nanoTime() - start) / 1_000_000_000,
        faults.count.get(),
        answered.sum(),
        foreign.sum(),
        new TreeMap<>(failures),
        messages);
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(outcomes.get(i)).as("outcomes of request %d", i).isEqualTo(1);
    }
    assertThat(foreign.sum()).isZero();
    assertThat(answered.sum()).as("lost are none").isEqualTo(REQUESTS);
    assertThat(faults.count.get()).isPositive();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // each continuation notes its outcome
  private void askAll(List<Served> served) throws InterruptedException {
    Random random = new Random(1);
    Semaphore room = new Semaphore(IN_FLIGHT);
    for (int i = 0; i < REQUESTS; i++) {
      Served to = served.get(random.nextInt(served.size()));
      Question question = to.questions().get(random.nextInt(TEXTS));
      int request = i;
      room.acquire();
      question
          .ask()
          .apply(to.client())
          .whenComplete(
              (answer, thrown) -> {
                note(request, question, answer, thrown);
                room.release();
              });
    }
    room.acquire(IN_FLIGHT);
  }

  private void note(int request, Question question, Object answer, Throwable thrown) {
    outcomes.incrementAndGet(request);
    if (thrown == null) {
      (question.answer().equals(answer) ? answered : foreign).increment();
      return;
    }
    Throwable cause =
        thrown.getCause() == null || thrown instanceof GanglionException
            ? thrown
            : thrown.getCause();
    String code = cause instanceof GanglionException failure ? failure.code() : cause.toString();
    messages.putIfAbsent(code, String.valueOf(cause.getMessage()));
    failures.computeIfAbsent(code, key -> new LongAdder()).increment();
  }

  /** Breaks one server after the other until it is interrupted. */
  private static final class Faults implements Runnable {
    private final List<Member> members;
    private final Random random = new Random(2);
    private final AtomicInteger count = new AtomicInteger();

    Faults(List<Member> members) {
      this.members = members;
    }

    @Override
    public void run() {
      try {
        while (true) {
          Thread.sleep(BETWEEN_FAULTS_MS); // the plan of the test, not a wait for something
          Member member = members.get(random.nextInt(members.size()));
          fault(member);
          member.process.port(); // each task keeps a server
          count.incrementAndGet();
        }
      } catch (InterruptedException e) {
        // that is how it ends
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private void fault(Member member) throws Exception {
      switch (random.nextInt(3)) {
        case 0 -> {
          member.process.process.destroyForcibly().waitFor();
          member.start();
        }
        case 1 -> {
          member.process.terminate();
          member.process.exitCode();
          member.start();
        }
        default -> {
          member.signal("STOP");
          try {
            Thread.sleep(1_000); // how long it is frozen
          } finally {
            member.signal("CONT");
          }
        }
      }
    }
  }
}
