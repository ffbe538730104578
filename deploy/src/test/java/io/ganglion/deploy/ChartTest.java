package io.ganglion.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Renders the chart with each set of values of value-sets.yaml. */
class ChartTest {
  @TempDir private Path scratch;

  @BeforeAll
  static void helmIsHere() {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(
        platform.equals("Linux amd64") || platform.equals("Linux aarch64"),
        "Helm's library is tried on Linux only, and this is " + platform);
  }

  private static Stream<JsonNode> sets(boolean refused) throws IOException {
    JsonNode sets = Yaml.file(Path.of("src", "test", "resources", "value-sets.yaml"));
    return StreamSupport.stream(sets.spliterator(), false)
        .filter(set -> set.has("refused") == refused);
  }

  static Stream<Arguments> good() throws IOException {
    return sets(false).map(set -> Arguments.of(set.get("name").asText(), set.get("values")));
  }

  static Stream<Arguments> bad() throws IOException {
    return sets(true)
        .map(
            set ->
                Arguments.of(
                    set.get("name").asText(), set.get("values"), set.get("refused").asText()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void rendersWhatTheApiKnows(String name, JsonNode values) throws IOException {
    Manifests manifests = Chart.render(values, scratch);

    assertThat(manifests.one(Deployment.class).getSpec().getSelector().getMatchLabels())
        .isNotEmpty();
    assertThat(manifests.others())
        .allSatisfy(other -> assertThat(other.path("kind").asText()).isEqualTo("ScaledObject"));
    assertSelectorsFindThePods(manifests);
    assertPortsAreThere(manifests);
    assertMountsHaveVolumes(podOf(manifests));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void podsAreGuaranteedAndMayDoNothingElse(String name, JsonNode values) throws IOException {
    PodSpec pod = podOf(Chart.render(values, scratch));

    for (Container container : containers(pod)) {
      assertThat(container.getResources().getRequests())
          .as("requests of " + container.getName())
          .containsKeys("cpu", "memory")
          .isEqualTo(container.getResources().getLimits());
      assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
      assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    }
    assertThat(server(pod).getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void podsAreKilledOnlyAfterTheirDrain(String name, JsonNode values) throws IOException {
    Manifests manifests = Chart.render(values, scratch);
    JsonNode config = config(manifests);
    PodSpec pod = podOf(manifests);

    long sleep =
        server(pod).getLifecycle() == null
            ? 0
            : server(pod).getLifecycle().getPreStop().getSleep().getSeconds();
    assertThat(pod.getTerminationGracePeriodSeconds())
        .isGreaterThan(sleep + seconds(config, "drain-delay") + seconds(config, "drain-timeout"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void refusesByName(String name, JsonNode values, String words) {
    assertThatThrownBy(() -> Chart.render(values, scratch)).hasMessageContaining(words);
  }

  @Test
  void holdsWhatHelmLooksFor() {
    assertThat(Chart.lint()).noneMatch(message -> message.contains("[ERROR]"));
  }

  @Test
  void scalesOnPredictedWaitAlone() throws IOException {
    HorizontalPodAutoscaler hpa =
        Chart.render(
                Yaml.MAPPER.readTree(
                    "{model: {existingClaim: m}, autoscaling: {kind: hpa, predictedWait: 50ms}}"),
                scratch)
            .one(HorizontalPodAutoscaler.class);

    assertThat(hpa.getSpec().getMetrics())
        .singleElement()
        .satisfies(
            metric -> {
              assertThat(metric.getPods().getMetric().getName())
                  .isEqualTo("ganglion_predicted_wait_seconds");
              assertThat(metric.getPods().getTarget().getAverageValue().toString())
                  .isEqualTo("50m");
            });
  }

  @Test
  void asksPrometheusForTheSumOfThePredictedWaits() throws IOException {
    Manifests manifests =
        Chart.render(
            Yaml.MAPPER.readTree(
                "{model: {existingClaim: m}, autoscaling: {kind: keda, predictedWait: 2s}}"),
            scratch);

    assertThat(manifests.others()).hasSize(1);
    JsonNode trigger = manifests.others().get(0).at("/spec/triggers/0");
    assertThat(trigger.at("/type").asText()).isEqualTo("prometheus");
    assertThat(trigger.at("/metadata/threshold").asText()).isEqualTo("2");
    assertThat(trigger.at("/metadata/query").asText())
        .contains("sum(ganglion_predicted_wait_seconds{")
        .contains("namespace=\"search\"");
    assertThat(manifests.one(Deployment.class).getSpec().getReplicas())
        .as("replicas, which the autoscaler owns")
        .isNull();
  }

  private static long seconds(JsonNode config, String key) {
    String value = config.path(key).asText();
    assertThat(value).as(key).matches("\\d+s");
    return Long.parseLong(value.substring(0, value.length() - 1));
  }

  private static JsonNode config(Manifests manifests) throws IOException {
    return Yaml.MAPPER.readTree(manifests.one(ConfigMap.class).getData().get("server.yaml"));
  }

  private static PodSpec podOf(Manifests manifests) {
    return manifests.one(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static List<Container> containers(PodSpec pod) {
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()).toList();
  }

  private static Container server(PodSpec pod) {
    return pod.getContainers().get(0);
  }

  private static void assertSelectorsFindThePods(Manifests manifests) {
    Map<String, String> labels =
        manifests.one(Deployment.class).getSpec().getTemplate().getMetadata().getLabels();
    Stream<Map<String, String>> selectors =
        Stream.of(
                manifests.all(Service.class).stream().map(s -> s.getSpec().getSelector()),
                manifests.all(PodDisruptionBudget.class).stream()
                    .map(b -> b.getSpec().getSelector().getMatchLabels()),
                manifests.all(NetworkPolicy.class).stream()
                    .map(p -> p.getSpec().getPodSelector().getMatchLabels()),
                manifests.all(Deployment.class).stream()
                    .map(d -> d.getSpec().getSelector().getMatchLabels()))
            .flatMap(s -> s);
    assertThat(selectors).allSatisfy(selector -> assertThat(labels).containsAllEntriesOf(selector));
    assertMonitorFindsAService(manifests);
  }

  private static void assertMonitorFindsAService(Manifests manifests) {
    for (ServiceMonitor monitor : manifests.all(ServiceMonitor.class)) {
      String port = monitor.getSpec().getEndpoints().get(0).getPort();
      assertThat(manifests.all(Service.class))
          .filteredOn(s -> s.getSpec().getPorts().stream().anyMatch(p -> p.getName().equals(port)))
          .singleElement()
          .satisfies(
              service ->
                  assertThat(service.getMetadata().getLabels())
                      .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels()));
    }
  }

  private static void assertPortsAreThere(Manifests manifests) {
    Set<String> ports =
        server(podOf(manifests)).getPorts().stream()
            .map(ContainerPort::getName)
            .collect(Collectors.toSet());
    for (Service service : manifests.all(Service.class)) {
      assertThat(service.getSpec().getPorts())
          .extracting(ServicePort::getTargetPort)
          .allSatisfy(target -> assertThat(ports).contains(target.getStrVal()));
    }
    assertThat(manifests.resources())
        .extracting(HasMetadata::getMetadata)
        .allSatisfy(
            metadata -> assertThat(metadata.getName()).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?"));
  }

  private static void assertMountsHaveVolumes(PodSpec pod) {
    Set<String> volumes =
        pod.getVolumes().stream().map(Volume::getName).collect(Collectors.toSet());
    for (Container container : containers(pod)) {
      assertThat(container.getVolumeMounts())
          .extracting(VolumeMount::getName)
          .allSatisfy(mount -> assertThat(volumes).contains(mount));
    }
  }
}
