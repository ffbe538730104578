package io.ganglion.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * SIGTERM, SIGINT and SIGHUP as callbacks. Without a handler, a JVM that was asked to stop exits
 * with 143 instead of 0. Uses reflection, because the JDK's class for signals has no supported
 * name.
 */
final class Signals {
  private Signals() {}

  /** Calls {@code handler} on its own thread each time one of the signals comes. */
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
