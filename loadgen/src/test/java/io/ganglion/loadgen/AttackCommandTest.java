package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.client.ScriptedServer;
import io.ganglion.loadgen.attack.Attack;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AttackCommandTest extends CommandFixture {
  @Test
  void everyAttackIsListed() {
    assertThat(run("attack", "--list")).isZero();
    assertThat(printed().lines()).hasSize(Attack.values().length);
    for (Attack attack : Attack.values()) {
      assertThat(printed()).contains("  " + attack.id() + " ").contains(attack.what());
    }
  }

  @Test
  void aNameThatIsNoneIsToldTheNearest() {
    assertThat(run("attack", "setings")).isEqualTo(2);
    assertThat(errors()).contains("no attack setings: did you mean settings?");
    assertThat(run("attack")).isEqualTo(2);
    assertThat(errors()).contains("Name an attack");
    assertThat(run("attack", "metrics-byte")).isEqualTo(2);
    assertThat(errors()).contains("metrics-byte needs --metrics-port");
  }

  @Test
  void thePoliteClientIsMeasuredAloneAndBesideTheAttack() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ScriptedServer.ANSWER)) {
      int code = run(server, "attack", "pings", "--duration", "500ms", "--most-ratio", "1000000");
      assertThat(code).as(errors()).isZero();
      assertThat(printed()).containsPattern("(?m)^pings( +[0-9.]+){9} +HELD$");
    }
  }

  /**
   * A server that answers nothing beside an attack fell, however fast the answers are that come.
   */
  @Test
  void aServerThatFailsTheClientFell() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            (text, times) -> new ScriptedServer.Act.Fail(Status.Code.INTERNAL, 0))) {
      assertThat(run(server, "attack", "garbage", "--duration", "500ms")).isEqualTo(1);
      assertThat(printed()).contains("FELL").contains("requests failed");
    }
  }
}
