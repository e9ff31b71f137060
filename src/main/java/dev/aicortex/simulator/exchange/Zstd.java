package dev.aicortex.simulator.exchange;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bodies that were packed with Zstandard. */
final class Zstd {
    private static final int MOST = 20 << 20;
    private static final int MAGIC = 0xFD2FB528;

    private Zstd() {}

    static Buffer unpacked(Buffer packed) {
        if (packed.length() < 4 || packed.getIntLE(0) != MAGIC) {
            throw Rejected.unpackable("invalid input: magic number mismatch");
        }
        try (InputStream body = new ZstdInputStream(new ByteArrayInputStream(packed.getBytes()))) {
            byte[] bytes = body.readNBytes(MOST + 1);
            if (bytes.length > MOST) {
                throw Rejected.unpackable("http: request body too large");
            }
            return Buffer.buffer(bytes);
        } catch (IOException | MalformedInputException e) {
            throw Rejected.unpackable("unexpected EOF");
        }
    }
}
