package dev.aicortex.gateway.request;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The temporary files of long request bodies, which only this user can read. Each is deleted when
 * its request needs it no more; a stop deletes what is left.
 */
@ApplicationScoped
public class BodyFiles {
    private static final Logger LOG = Logger.getLogger(BodyFiles.class);
    private static final Path DIRECTORY = Path.of(System.getProperty("java.io.tmpdir"));
    private static final String OWNERS = "rw-------";

    private final Vertx vertx;
    private final Set<Path> there = ConcurrentHashMap.newKeySet();

    BodyFiles(Vertx vertx) {
        this.vertx = vertx;
    }

    /** A name of its own; known here before the file exists. */
    Path name() {
        Path name = DIRECTORY.resolve("aicortex-" + UUID.randomUUID() + ".body");
        there.add(name);
        return name;
    }

    Future<AsyncFile> create(Path name) {
        OpenOptions options = new OpenOptions().setCreateNew(true).setPerms(OWNERS);
        return vertx.fileSystem().open(name.toString(), options);
    }

    /** The same for whoever may block. */
    OutputStream createNow(Path name) throws IOException {
        Set<PosixFilePermission> owners = PosixFilePermissions.fromString(OWNERS);
        Files.createFile(name, PosixFilePermissions.asFileAttribute(owners));
        return Files.newOutputStream(name, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    Future<AsyncFile> read(Path name) {
        OpenOptions options = new OpenOptions().setRead(true).setWrite(false).setCreate(false);
        return vertx.fileSystem().open(name.toString(), options);
    }

    /** May be called twice. */
    void delete(Path name) {
        vertx.fileSystem().delete(name.toString()).onComplete(_ -> there.remove(name));
    }

    @PreDestroy
    void deleteAll() {
        for (Path name : there) {
            try {
                Files.deleteIfExists(name);
            } catch (IOException e) {
                LOG.warnf("cannot delete %s: %s", name, e.getMessage());
            }
        }
    }
}
