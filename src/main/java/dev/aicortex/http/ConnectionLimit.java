package dev.aicortex.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** How many connections each address has, so that no single one takes all that there can be. */
final class ConnectionLimit {
    private static final Logger LOG = Logger.getLogger(ConnectionLimit.class);
    private static final long TOLD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int most;
    private final Map<InetAddress, Integer> open = new ConcurrentHashMap<>();
    private long toldNanos = System.nanoTime() - TOLD_NANOS;

    /**
     * @param most {@code cortex.client.connections}
     */
    ConnectionLimit(int most) {
        this.most = most;
    }

    /** Whether one more may stay; it is counted until it closes. Called by one thread. */
    boolean admits(Channel connection) {
        if (!(connection.remoteAddress() instanceof InetSocketAddress peer)) {
            return true; // a socket of the file system, or one that has left again
        }
        InetAddress address = peer.getAddress();
        if (open.getOrDefault(address, 0) >= most) {
            tell(address);
            return false;
        }
        open.merge(address, 1, Integer::sum);
        ChannelFuture _ =
                connection
                        .closeFuture()
                        .addListener(_ ->
                                open.computeIfPresent(
                                        address, (_, count) -> count == 1 ? null : count - 1));
        return true;
    }

    private void tell(InetAddress address) {
        long now = System.nanoTime();
        if (now - toldNanos >= TOLD_NANOS) {
            toldNanos = now;
            LOG.warnf(
                    "connections of %s are closed: it has %d already; cortex.client.connections allows more",
                    address.getHostAddress(), most);
        }
    }
}
