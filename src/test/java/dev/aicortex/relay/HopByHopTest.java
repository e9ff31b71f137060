package dev.aicortex.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HopByHopTest {
    @Test
    void stopsWhatConcernsOneConnection() {
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap()
                        .add("Connection", "Upgrade, HTTP2-Settings, X-Mine")
                        .add("Upgrade", "h2c")
                        .add("HTTP2-Settings", "AAMAAABkAAQBAAAAAAIAAAAA")
                        .add("Transfer-Encoding", "chunked")
                        .add("X-Mine", "1")
                        .add("Origin", "http://elsewhere")
                        .add("Content-Type", "application/json");
        List<String> copied = new ArrayList<>();
        new HopByHop("origin").copy(headers, (name, value) -> copied.add(name + "=" + value));
        assertThat(copied).containsExactly("Content-Type=application/json");
    }
}
