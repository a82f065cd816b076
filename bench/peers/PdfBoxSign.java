import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Calendar;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** PDFBox appends a signature that BouncyCastle makes, as PDFBox's own example does. */
public final class PdfBoxSign {
  public static void main(String[] words) throws Exception {
    PeerKey key = PeerKey.open(words[0]);
    Path out = Path.of(words[2]);
    PeerKey.eachOf(words[1], words[3], file -> Files.write(out, signed(Files.readAllBytes(file), key)));
  }

  private static byte[] signed(byte[] bytes, PeerKey key) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PDDocument document = Loader.loadPDF(bytes)) {
      PDSignature signature = new PDSignature();
      signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
      signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
      signature.setSignDate(Calendar.getInstance());
      document.addSignature(signature, content -> cms(content.readAllBytes(), key));
      document.saveIncremental(out);
    }
    return out.toByteArray();
  }

  private static byte[] cms(byte[] content, PeerKey key) {
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      ContentSigner signer = new JcaContentSignerBuilder("SHA256WithRSA").build(key.privateKey());
      generator.addSignerInfoGenerator(
          new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
              .build(signer, key.certificate()));
      generator.addCertificates(new JcaCertStore(List.of(key.certificate())));
      return generator.generate(new CMSProcessableByteArray(content), false).getEncoded();
    } catch (Exception thrown) {
      throw new IllegalStateException(thrown);
    }
  }
}
