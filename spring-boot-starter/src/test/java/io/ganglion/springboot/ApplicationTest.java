package io.ganglion.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Classification;
import io.ganglion.client.GanglionClient;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Starts Spring Boot applications with the starter on their class path. */
@Timeout(60)
class ApplicationTest {
  private Server server;

  /** An application as users write it. */
  @Configuration
  @EnableAutoConfiguration
  static class Application {
    @Bean
    MeterRegistry registry() {
      return new SimpleMeterRegistry();
    }

    @Bean
    Paraphrases paraphrases(GanglionClient client) {
      return new Paraphrases(client);
    }
  }

  record Paraphrases(GanglionClient client) {
    boolean same(String a, String b) {
      Classification answer = client.blocking().classify(a, b);
      return answer.label().equals("yes");
    }
  }

  private static final class Answers extends PairClassifierGrpc.PairClassifierImplBase {
    @Override
    public void classify(ClassifyRequest request, StreamObserver<ClassifyResponse> to) {
      to.onNext(
          ClassifyResponse.newBuilder()
              .setLabelIndex(1)
              .setLabel("yes")
              .addAllProbabilities(List.of(0.1f, 0.9f))
              .build());
      to.onCompleted();
    }

    @Override
    public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> to) {
      to.onNext(GetModelResponse.newBuilder().setName("paraphrase").build());
      to.onCompleted();
    }
  }

  @BeforeEach
  void serve() throws Exception {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Answers())
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private static ConfigurableApplicationContext start(String... properties) {
    SpringApplication application =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .properties("spring.main.banner-mode=off", "logging.level.root=warn")
            .build();
    return application.run(properties);
  }

  @Test
  void anApplicationStartsAndItsClientAnswersAndCounts() {
    try (ConfigurableApplicationContext context =
        start("--ganglion.target=localhost:" + server.getPort(), "--ganglion.deadline=5s")) {
      assertThat(context.getBean(Paraphrases.class).same("It rained.", "It was wet.")).isTrue();
      assertThat(context.getBean(MeterRegistry.class).get("ganglion.client.requests").timer())
          .satisfies(timer -> assertThat(timer.count()).isEqualTo(1));
      HealthIndicator health = context.getBean("ganglionHealthIndicator", HealthIndicator.class);
      assertThat(health.health().getStatus()).isEqualTo(Status.UP);
      assertThat(health.health().getDetails()).containsEntry("model", "paraphrase");
      server.shutdownNow();
      assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    }
  }

  @Test
  void withoutATargetThereIsNoClient() {
    SpringApplication application =
        new SpringApplicationBuilder(Bare.class).web(WebApplicationType.NONE).build();
    try (ConfigurableApplicationContext context = application.run()) {
      assertThat(context.getBeansOfType(GanglionClient.class)).isEmpty();
      assertThat(context.getBeansOfType(HealthIndicator.class))
          .doesNotContainKey("ganglionHealthIndicator");
    }
  }

  @Configuration
  @EnableAutoConfiguration
  static class Bare {}
}
