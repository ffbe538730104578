package io.ganglion.springboot;

import io.ganglion.client.ClientObserver;
import io.ganglion.client.GanglionClient;
import io.ganglion.client.GanglionClientBuilder;
import io.ganglion.client.micrometer.MicrometerObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes a {@link GanglionClient} of the properties, if {@code ganglion.target} is set and there is
 * no client yet. Its meters go to the application's registry, if it has one. With the actuator
 * there is a health indicator, too.
 *
 * <pre>{@code
 * @Service
 * class Search {
 *   Search(GanglionClient client) { ... }
 * }
 * }</pre>
 */
@AutoConfiguration
@ConditionalOnProperty("ganglion.target")
@EnableConfigurationProperties(GanglionProperties.class)
public class GanglionAutoConfiguration {
  /** Called by Spring. */
  public GanglionAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  GanglionClient ganglionClient(
      GanglionProperties properties,
      ObjectProvider<MeterRegistry> registry,
      ObjectProvider<ClientObserver> observers,
      ObjectProvider<GanglionClientCustomizer> customizers) {
    GanglionClientBuilder builder = builder(properties);
    registry.ifUnique(meters -> builder.observer(new MicrometerObserver(meters)));
    observers.orderedStream().forEach(builder::observer);
    customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
    return builder.build();
  }

  private static GanglionClientBuilder builder(GanglionProperties properties) {
    GanglionClientBuilder builder =
        GanglionClient.builder().target(properties.target().toArray(String[]::new));
    Duration deadline = properties.deadline();
    if (deadline != null) {
      builder.deadline(deadline);
    }
    Integer attempts = properties.maxAttempts();
    if (attempts != null) {
      builder.maxAttempts(attempts);
    }
    Duration hedge = properties.hedgeAfter();
    if (hedge != null) {
      builder.hedgeAfter(hedge);
    }
    if (properties.tls()) {
      builder.tls();
    }
    Path trust = properties.trust();
    if (trust != null) {
      builder.trust(trust);
    }
    String token = properties.token();
    if (token != null) {
      builder.bearerToken(() -> token);
    }
    return builder;
  }

  /** Only where there is an actuator. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(HealthIndicator.class)
  static class Health {
    @Bean
    @ConditionalOnMissingBean(name = "ganglionHealthIndicator")
    HealthIndicator ganglionHealthIndicator(GanglionClient client, GanglionProperties properties) {
      return new GanglionHealthIndicator(client, properties.healthTimeout());
    }
  }
}
