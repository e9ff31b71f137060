package dev.aicortex.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native code, which its driver unpacks to a temporary folder at each start, unless {@code
 * org.sqlite.lib.path} names the folder that has it: it may not be executable in the former.
 */
public final class SqliteLibrary {
    private SqliteLibrary() {}

    /**
     * Puts the library of this platform into a folder, which is made when it is not there.
     *
     * @throws IOException when there is none for this platform, or it cannot be written
     */
    public static Path unpack(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new IOException("the driver of SQLite has no " + resource);
            }
            Files.createDirectories(folder);
            Path file = folder.resolve(name);
            Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        }
    }
}
