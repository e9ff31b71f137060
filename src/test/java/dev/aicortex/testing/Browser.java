package dev.aicortex.testing;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The machine's Chromium, which tells what its pages complain of. */
public final class Browser implements AutoCloseable {
    /** Where the tests of the page need it, on the path. */
    public static final String PROGRAM = "chromium";

    /**
     * What a browser itself reports of an answer that is none of 2xx, as many here are meant to be.
     */
    private static final String OF_THE_NETWORK = "Failed to load resource";

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

    public Browser() {
        this.playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.chromium =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(OnThePath.find(PROGRAM))
                                        .setArgs(
                                                List.of(
                                                        "--no-sandbox",
                                                        "--host-resolver-rules=MAP *.internal 127.0.0.1")));
    }

    /** A window of its own, without cookies of others. */
    public Page window(int width, int height, ColorScheme colours) {
        BrowserContext context =
                chromium.newContext(
                        new com.microsoft.playwright.Browser.NewContextOptions()
                                .setViewportSize(width, height)
                                .setColorScheme(colours)
                                .setPermissions(List.of("clipboard-write", "clipboard-read")));
        Page page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(this::heard);
        return page;
    }

    public Page window() {
        return window(1280, 900, ColorScheme.LIGHT);
    }

    /** A window that shows this. */
    public Page at(URI gateway, String path) {
        Page page = window();
        page.navigate(gateway + path);
        return page;
    }

    private void heard(ConsoleMessage message) {
        boolean wrong = List.of("error", "warning").contains(message.type());
        if (wrong && !message.text().startsWith(OF_THE_NETWORK)) {
            complaints.add(message.type() + ": " + message.text());
        }
    }

    /** Errors of scripts, reports of the content policy and what else went to the console. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        playwright.close();
    }
}
