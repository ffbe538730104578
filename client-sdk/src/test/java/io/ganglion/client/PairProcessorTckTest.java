package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;

import io.ganglion.api.TextPair;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.IdentityFlowProcessorVerification;
import org.testng.SkipException;

/** Runs each rule of the reactive-streams TCK for a stream as a processor. */
@Timeout(120)
class PairProcessorTckTest {
  private static final long SIGNAL_MS = 1000;
  private static final long SILENCE_MS = 20;
  private static final long GC_MS = 300;

  private static ScriptedServer server;
  private static ManagedChannel channel;
  private static GanglionClient client;
  private static ExecutorService executor;

  @BeforeAll
  static void start() {
    String name = InProcessServerBuilder.generateName();
    server = new ScriptedServer(InProcessServerBuilder.forName(name), (t, n) -> ANSWER, false);
    channel = InProcessChannelBuilder.forName(name).build();
    client = GanglionClient.builder().channel(channel).build();
    executor = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void stop() {
    client.closeNow();
    channel.shutdownNow();
    server.close();
    executor.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHolds() {
    return Arrays.stream(Verification.class.getMethods())
        .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
        .filter(method -> !method.getName().startsWith("untested_"))
        .filter(method -> !method.getName().startsWith("optional_spec111_")) // several subscribers
        .sorted(Comparator.comparing(Method::getName))
        .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> check(rule)));
  }

  private static void check(Method rule) throws Throwable {
    Verification verification = new Verification();
    verification.setUp();
    try {
      rule.invoke(verification);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SkipException skipped) {
        throw new TestAbortedException(skipped.getMessage(), skipped);
      }
      throw e.getCause();
    }
  }

  /** Passes items through unchanged once their pairs have been answered. */
  private static final class Verification extends IdentityFlowProcessorVerification<Integer> {
    Verification() {
      super(new TestEnvironment(SIGNAL_MS, SILENCE_MS), GC_MS);
    }

    @Override
    protected Flow.Processor<Integer, Integer> createIdentityFlowProcessor(int bufferSize) {
      return client
          .openOrderedStream(bufferSize)
          .processor(
              item -> new TextPair("a", "b"),
              (item, answer) -> {
                answer.join();
                return item;
              });
    }

    @Override
    protected Flow.Publisher<Integer> createFailedFlowPublisher() {
      Flow.Processor<Integer, Integer> failed = createIdentityFlowProcessor(1);
      failed.onError(new IllegalStateException("failed before anybody came"));
      return failed;
    }

    @Override
    public long maxSupportedSubscribers() {
      return 1;
    }

    @Override
    public ExecutorService publisherExecutorService() {
      return executor;
    }

    @Override
    public Integer createElement(int element) {
      return element;
    }
  }
}
