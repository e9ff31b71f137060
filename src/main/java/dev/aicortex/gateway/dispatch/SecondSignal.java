package dev.aicortex.gateway.dispatch;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * A signal that comes while the gateway stops already; the JVM would ignore it. Whoever presses
 * Ctrl-C twice does not want to wait.
 *
 * <p>By reflection, since javac warns of {@code sun.misc.Signal} wherever it is named and no
 * annotation silences that. It is in {@code jdk.unsupported}, which stays until there is another
 * way.
 */
final class SecondSignal {
    private static final Logger LOG = Logger.getLogger(SecondSignal.class);
    private static final List<String> NAMES = List.of("TERM", "INT");

    private SecondSignal() {}

    /** Runs {@code action} at each signal to stop that comes from now on. */
    static void then(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method handle = signal.getMethod("handle", signal, handler);
            Object handling = handling(handler, signal, action);
            for (String name : NAMES) {
                handle.invoke(
                        null, signal.getConstructor(String.class).newInstance(name), handling);
            }
        } catch (ReflectiveOperationException e) {
            LOG.debug("a second signal will not hasten the stop", e);
        }
    }

    private static Object handling(Class<?> handler, Class<?> signal, Runnable action)
            throws ReflectiveOperationException {
        MethodHandle run =
                MethodHandles.lookup()
                        .findVirtual(
                                Runnable.class,
                                "run",
                                java.lang.invoke.MethodType.methodType(void.class))
                        .bindTo(action);
        return MethodHandleProxies.asInterfaceInstance(
                handler, MethodHandles.dropArguments(run, 0, signal));
    }
}
