import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One connection of the load: sends a request, reads its answer, and opens itself anew when the peer closed it. */
final class Connection {
    /** What happens when a request is over. */
    interface Listener {
        /** The answer was complete and right; says whether to send the next request at once. */
        boolean sendAnother(long now, long latencyNanos);

        void failed(Connection connection);
    }

    private final Selector selector;
    private final InetSocketAddress address;
    private final boolean streaming;
    private final Measurement measurement;
    private final Listener listener;
    private final ByteBuffer request;
    private final ByteBuffer received;
    private final Answer answer = new Answer();

    private SocketChannel channel;
    private SelectionKey key;
    private boolean waiting;
    private boolean reused;
    private long sentAt;
    private long firstByteAt;
    private long lastTokenAt;

    /** {@code received} is shared by all connections: what a read brings is used up before the next read. */
    Connection(Selector selector, Options options, Measurement measurement, Listener listener, ByteBuffer request,
            ByteBuffer received) {
        this.selector = selector;
        this.address = options.address();
        this.streaming = options.streaming();
        this.measurement = measurement;
        this.listener = listener;
        this.request = request.duplicate();
        this.received = received;
    }

    /** Connects and sends the first request. */
    void open() {
        try {
            connect();
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    void ready() {
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                send();
            } else if (key.isWritable()) {
                write();
            } else if (key.isReadable()) {
                receive();
            }
        } catch (IOException e) {
            lost(e.toString());
        }
    }

    /** Gives up a request that is still waiting for its answer. */
    void abandon() {
        if (waiting) {
            fail("no complete answer in time");
        } else {
            close();
        }
    }

    private void connect() throws IOException {
        waiting = true;
        reused = false;
        answer.reset();
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var connected = channel.connect(address);
        key = channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        if (connected) {
            send();
        }
    }

    private void send() throws IOException {
        waiting = true;
        answer.reset();
        firstByteAt = 0;
        lastTokenAt = 0;
        request.rewind();
        sentAt = System.nanoTime();
        write();
    }

    private void write() throws IOException {
        channel.write(request);
        var interest = request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    private void receive() throws IOException {
        received.clear();
        var length = channel.read(received);
        var now = System.nanoTime();
        if (length < 0) {
            closedByPeer(now);
            return;
        }
        if (!waiting) {
            measurement.failed("bytes without a request");
            close();
            return;
        }
        var tokensBefore = answer.tokens();
        if (answer.read(received.array(), 0, length) < length) {
            fail("bytes after the end of the answer");
            return;
        }
        note(now, length, answer.tokens() - tokensBefore);
        if (answer.complete()) {
            finish(now);
        }
    }

    private void note(long now, int bytes, long tokens) {
        measurement.received(bytes, tokens);
        if (firstByteAt == 0 && answer.bodyBytes() > 0) {
            firstByteAt = now;
        }
        if (tokens > 0) {
            if (lastTokenAt != 0) {
                measurement.waitedForToken(now - lastTokenAt);
            }
            lastTokenAt = now;
        }
    }

    private void finish(long now) throws IOException {
        if (answer.status() != 200) {
            fail("status " + answer.status());
        } else if (streaming && !answer.done()) {
            fail("stream without its terminal event");
        } else if (answer.bodyBytes() == 0) {
            fail("empty answer");
        } else {
            succeed(now);
        }
    }

    private void succeed(long now) throws IOException {
        waiting = false;
        reused = true;
        var latency = now - sentAt;
        measurement.answered(latency, firstByteAt - sentAt);
        var another = listener.sendAnother(now, latency);
        if (answer.lastOnConnection()) {
            close();
        }
        if (another && channel.isOpen()) {
            send();
        } else if (another) {
            measurement.reconnected();
            open();
        }
    }

    private void closedByPeer(long now) throws IOException {
        if (waiting && answer.completeAtClose()) {
            close();
            finish(now);
        } else {
            lost("connection closed within the answer");
        }
    }

    /** A peer may close an idle connection while the next request is on its way: that one is sent again, once. */
    private void lost(String reason) {
        if (waiting && reused && !answer.begun()) {
            close();
            measurement.reconnected();
            open();
        } else if (waiting) {
            fail(reason);
        } else {
            close();
        }
    }

    private void fail(String reason) {
        waiting = false;
        close();
        measurement.failed(reason);
        listener.failed(this);
    }

    private void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            measurement.failed("cannot close: " + e);
        }
    }
}
