package dev.aicortex.gateway.request;

import dev.aicortex.model.Segment;
import dev.aicortex.model.ServerException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.http.HttpClientRequest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** A request's bytes, kept until a first byte of the answer is out or the last attempt is over. */
public sealed interface RequestBody {
    long length();

    /** The bytes from the start; may block when they are in a file. */
    InputStream open() throws IOException;

    /**
     * Sends what {@code segments} make of them to a server; may be called again for another one.
     * Done when all are on their way; fails with a {@link ServerException} when they cannot be
     * read.
     */
    Future<Void> sendTo(HttpClientRequest request, List<Segment> segments);

    /**
     * Has something read the bytes where they lie; not to be kept. May block when they are in a
     * file.
     */
    <T> T read(Function<ByteBuf, T> reading) throws IOException;

    /** All of it, as it is. */
    default List<Segment> unchanged() {
        return List.of(new Segment.Range(0, length()));
    }

    /** Lets go of them; may be called twice. */
    void discard();

    /** A short body, in memory, which its share of the budget pays for. */
    final class InMemory implements RequestBody {
        private static final Buffer NOTHING = Buffer.buffer(0);

        private final BodyBudget budget;
        private Buffer bytes;

        public InMemory(Buffer bytes, BodyBudget budget) {
            this.bytes = bytes;
            this.budget = budget;
        }

        @Override
        public long length() {
            return bytes.length();
        }

        @Override
        @SuppressWarnings("deprecation") // the way to read without a copy that Vert.x 4 has
        public InputStream open() {
            return new ByteBufInputStream(bytes.getByteBuf());
        }

        @Override
        public Future<Void> sendTo(HttpClientRequest request, List<Segment> segments) {
            return request.end(segments.size() == 1 ? part(segments.getFirst()) : join(segments));
        }

        @Override
        @SuppressWarnings("deprecation") // as above
        public <T> T read(Function<ByteBuf, T> reading) {
            return reading.apply(bytes.getByteBuf());
        }

        /** What {@code segments} make of it. */
        public Buffer join(List<Segment> segments) {
            Buffer joined = Buffer.buffer((int) Segment.length(segments));
            segments.forEach(segment -> joined.appendBuffer(part(segment)));
            return joined;
        }

        private Buffer part(Segment segment) {
            return switch (segment) {
                case Segment.Text text -> text.bytes();
                case Segment.Range all when all.length() == bytes.length() -> bytes;
                case Segment.Range range -> bytes.slice((int) range.start(), (int) range.end());
            };
        }

        @Override
        public void discard() {
            budget.release(bytes.length());
            bytes = NOTHING;
        }
    }

    /** A long body, in a temporary file that only this user can read. */
    record Spooled(BodyFiles files, Path file, long length) implements RequestBody {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public <T> T read(Function<ByteBuf, T> reading) throws IOException {
            try (FileChannel channel = FileChannel.open(file);
                    Arena arena = Arena.ofConfined()) {
                MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena);
                return reading.apply(Unpooled.wrappedBuffer(mapped.asByteBuffer()));
            }
        }

        @Override
        public Future<Void> sendTo(HttpClientRequest request, List<Segment> segments) {
            request.putHeader("Content-Length", Long.toString(Segment.length(segments)));
            Future<Void> sent = Future.succeededFuture();
            for (Segment segment : segments) {
                sent = sent.compose(_ -> send(segment, request));
            }
            return sent.compose(_ -> request.end());
        }

        private Future<Void> send(Segment segment, HttpClientRequest request) {
            return switch (segment) {
                case Segment.Text text -> request.write(text.bytes());
                case Segment.Range range ->
                        files.read(file)
                                .recover(Spooled::unreadable)
                                .compose(opened -> pipe(opened, range, request));
            };
        }

        /** Of a kind of its own, as it is no failure of the server's connection. */
        private static Future<AsyncFile> unreadable(Throwable failure) {
            String message = "cannot read a large request body from its temporary file: ";
            return Future.failedFuture(
                    ServerException.unavailable(message + failure.getMessage(), 5));
        }

        /** Half a body must not look whole: a read that fails breaks the request off. */
        private static Future<Void> pipe(
                AsyncFile opened, Segment.Range range, HttpClientRequest request) {
            return opened.setReadPos(range.start())
                    .setReadLength(range.length())
                    .pipe()
                    .endOnSuccess(false)
                    .endOnFailure(false)
                    .to(request)
                    .onFailure(_ -> request.reset())
                    .onComplete(_ -> opened.close());
        }

        @Override
        public void discard() {
            files.delete(file);
        }
    }
}
