package dev.aicortex.model;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Signals of the operating system.
 *
 * <p>By reflection, since javac warns of {@code sun.misc.Signal} wherever it is named and no
 * annotation silences that. It is in {@code jdk.unsupported}, which stays until there is another
 * way.
 */
public final class Signals {
    private static final Logger LOG = Logger.getLogger(Signals.class);

    private Signals() {}

    /**
     * Runs {@code action} at each of these signals that comes from now on, in place of what the JVM
     * would do.
     *
     * @param names without SIG, as in {@code HUP}
     */
    public static void on(List<String> names, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method handle = signal.getMethod("handle", signal, handler);
            Object handling = handling(handler, signal, action);
            for (String name : names) {
                handle.invoke(
                        null, signal.getConstructor(String.class).newInstance(name), handling);
            }
        } catch (ReflectiveOperationException e) {
            LOG.debugf(e, "signals %s are not listened for", names);
        }
    }

    private static Object handling(Class<?> handler, Class<?> signal, Runnable action)
            throws ReflectiveOperationException {
        MethodHandle run =
                MethodHandles.lookup()
                        .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                        .bindTo(action);
        return MethodHandleProxies.asInterfaceInstance(
                handler, MethodHandles.dropArguments(run, 0, signal));
    }
}
