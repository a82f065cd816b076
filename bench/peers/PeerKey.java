import com.sun.management.OperatingSystemMXBean;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** What both Java peers are given, and how each file they sign is measured. */
public record PeerKey(PrivateKey privateKey, X509Certificate certificate) {
  interface Work {
    void sign(Path file) throws Exception;
  }

  static PeerKey open(String pkcs12) throws Exception {
    char[] password = "bench".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(pkcs12))) {
      store.load(in, password);
    }
    String alias = store.aliases().nextElement();
    return new PeerKey(
        (PrivateKey) store.getKey(alias, password), (X509Certificate) store.getCertificate(alias));
  }

  /** One line for each file: the CPU of this whole process, all its threads, in milliseconds. */
  static void eachOf(String list, String seconds, Work work) throws Exception {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long until = System.nanoTime() + (long) (Double.parseDouble(seconds) * 1e9);
    for (String file : Files.readAllLines(Path.of(list))) {
      long before = system.getProcessCpuTime();
      work.sign(Path.of(file));
      System.out.println((system.getProcessCpuTime() - before) / 1e6);
      if (System.nanoTime() > until) break;
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM")) System.out.println(line);
    }
  }
}
