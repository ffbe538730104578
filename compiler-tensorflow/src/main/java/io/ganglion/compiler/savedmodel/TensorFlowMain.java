package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The program of the process in which TensorFlow runs: it reads requests from standard input and
 * answers on standard output until the input ends.
 */
final class TensorFlowMain {
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Map<Integer, LoadedModel> models = new HashMap<>();

  private TensorFlowMain(DataInputStream in, DataOutputStream out) {
    this.in = in;
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    // A parent that was killed cannot end what TensorFlow computes for it.
    ProcessHandle.current().parent().ifPresent(TensorFlowMain::endWith);
    new TensorFlowMain(
            new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in))),
            new DataOutputStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16)))
        .serve();
  }

  private static void endWith(ProcessHandle parent) {
    CompletableFuture<Void> unused = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(0));
  }

  private void serve() throws IOException {
    while (true) {
      byte request;
      try {
        request = in.readByte();
      } catch (EOFException e) {
        return;
      }
      serve(request, in.readInt());
      out.flush();
    }
  }

  private void serve(byte request, int number) throws IOException {
    switch (request) {
      case RunnerMessages.OPEN -> open(number);
      case RunnerMessages.RUN -> run(number);
      case RunnerMessages.CLOSE -> close(number);
      default -> throw new IOException("There is no request " + request + ".");
    }
  }

  private void open(int number) throws IOException {
    Path source = Path.of(RunnerMessages.readText(in));
    List<String> tags = RunnerMessages.readTags(in);
    try {
      models.put(number, LoadedModel.open(source, tags));
      out.writeByte(RunnerMessages.DONE);
    } catch (CompileException | RuntimeException e) {
      refuse(e);
    }
  }

  private void run(int number) throws IOException {
    RunnerMessages.Run run = RunnerMessages.readRun(in);
    List<float[]> results;
    try {
      LoadedModel model = models.get(number);
      if (model == null) {
        throw new CompileException("The source model is closed.");
      }
      results = model.run(run.feeds(), run.fetches());
    } catch (CompileException | RuntimeException e) {
      refuse(e);
      return;
    }
    out.writeByte(RunnerMessages.DONE);
    RunnerMessages.writeResults(out, results);
  }

  private void refuse(Exception e) throws IOException {
    out.writeByte(RunnerMessages.REFUSED);
    RunnerMessages.writeText(out, e.getMessage() == null ? e.toString() : e.getMessage());
  }

  private void close(int number) {
    LoadedModel model = models.remove(number);
    if (model != null) {
      model.close();
    }
  }
}
