package io.ganglion.springboot;

import io.ganglion.client.GanglionClientBuilder;

/**
 * Changes what the properties cannot say. Each bean of this type is called before the client is
 * built.
 *
 * <pre>{@code
 * @Bean
 * GanglionClientCustomizer moreConnections() {
 *   return builder -> builder.connections(4);
 * }
 * }</pre>
 */
@FunctionalInterface
public interface GanglionClientCustomizer {
  /**
   * Changes the settings.
   *
   * @param builder with the settings of the properties
   */
  void customize(GanglionClientBuilder builder);
}
