package io.ganglion.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * SIGTERM, SIGINT and SIGHUP as callbacks. By reflection, for the JDK's own class for it has no
 * supported name; without a handler of ours a JVM that was asked to stop exits with 143, not 0.
 */
final class Signals {
  private Signals() {}

  /** Calls {@code handler} on a thread of its own each time one of the signals comes. */
  static void handle(Runnable handler, String... names) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  handler.run();
                }
                return null;
              });
      for (String name : names) {
        Object instance = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handlerType).invoke(null, instance, proxy);
      }
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new IllegalStateException("This JVM does not let signals be handled: " + e, e);
    }
  }
}
