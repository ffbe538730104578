package io.ganglion.compiler.backend.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.backend.neuron.HloReader.Computation;
import io.ganglion.compiler.backend.neuron.HloReader.Instruction;
import io.ganglion.compiler.backend.neuron.HloReader.Module;
import io.ganglion.compiler.backend.neuron.HloReader.Shape;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelDimensions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifier must refuse broken modules. Otherwise the tests with it would prove little. */
class HloVerifierTest {
  @TempDir Path folder;

  private Module module;
  private List<Instruction> instructions;

  @BeforeEach
  void emit() throws Exception {
    ModelDimensions dimensions = new ModelDimensions(20, 8, 2, 16, 1, 2, 32);
    EncoderModel model = EncoderModel.of(TestArtifacts.of(dimensions), 1);
    EncoderShape shape = new EncoderShape(model.manifest(), NeuronType.BF16, NeuronType.FP32, 2, 8);
    HloEncoderEmitter.emit(shape, model.weights()::get, folder.resolve("module"));
    module = HloReader.module(Files.readAllBytes(folder.resolve("module")));
    instructions = module.computations().get(module.entryId()).instructions();
  }

  @Test
  void whatIsEmittedIsAccepted() {
    HloVerifier.check(module);
    assertThat(instructions).hasSizeGreaterThan(100);
  }

  @Test
  void withoutAnyOneInstructionItIsRefused() {
    for (int i = 0; i < instructions.size(); i++) {
      List<Instruction> fewer = new ArrayList<>(instructions);
      refused(fewer.remove(i).name() + " removed", fewer);
    }
  }

  @Test
  void withAnotherSizeOfAnyOneInstructionItIsRefused() {
    for (int i = 0; i < instructions.size(); i++) {
      Instruction op = instructions.get(i);
      if (op.shape().dimensions().length > 0) {
        int[] sizes = op.shape().dimensions().clone();
        sizes[0]++;
        Shape shape = new Shape(op.shape().elementType(), sizes, List.of());
        refused(op.name() + " wider", replaced(i, with(op, op.name(), shape)));
      }
    }
  }

  @Test
  void withTheNameOfAnotherInstructionItIsRefused() {
    for (int i = 1; i < instructions.size(); i++) {
      Instruction op = instructions.get(i);
      String name = instructions.get(i - 1).name();
      refused(op.name() + " renamed", replaced(i, with(op, name, op.shape())));
    }
  }

  @Test
  void withTheReducersBehindTheirCallerItIsRefused() {
    Map<Long, Computation> turned = new LinkedHashMap<>();
    turned.put(module.entryId(), module.computations().get(module.entryId()));
    turned.putAll(module.computations());
    refused("turned", turned);
  }

  private List<Instruction> replaced(int at, Instruction by) {
    List<Instruction> others = new ArrayList<>(instructions);
    others.set(at, by);
    return others;
  }

  private void refused(String what, List<Instruction> entry) {
    Map<Long, Computation> computations = new LinkedHashMap<>(module.computations());
    Computation old = computations.get(module.entryId());
    computations.put(
        old.id(), new Computation(old.name(), old.id(), old.rootId(), entry, old.programShape()));
    refused(what, computations);
  }

  private void refused(String what, Map<Long, Computation> computations) {
    Module broken =
        new Module(
            module.name(),
            module.entryName(),
            module.entryId(),
            computations,
            module.hostProgramShape());
    assertThatThrownBy(() -> HloVerifier.check(broken))
        .as(what)
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Instruction with(Instruction op, String name, Shape shape) {
    return new Instruction(
        name,
        op.opcode(),
        shape,
        op.id(),
        op.operandIds(),
        op.dimensions(),
        op.calledComputationIds(),
        op.sliceDimensions(),
        op.dotDimensionNumbers(),
        op.parameterNumber(),
        op.frontendAttributes(),
        op.literalShape(),
        op.literal());
  }
}
