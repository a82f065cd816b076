import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Store;

/**
 * PDFBox reads the signatures of a PDF, BouncyCastle judges each: the mathematics, its stamp, and
 * the chain of both to root.pem at the stamp's time. One line each: field, accepted or refused, why.
 */
public final class PdfBoxJudge {
  private static final JcaX509CertificateConverter CONVERTER = new JcaX509CertificateConverter();

  public static void main(String[] words) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    CONVERTER.setProvider("BC");
    byte[] bytes = Files.readAllBytes(Path.of(words[0]));
    X509Certificate root = root(new File(words[1], "root.pem").toPath());
    try (PDDocument document = Loader.loadPDF(bytes)) {
      for (PDSignatureField field : document.getSignatureFields()) {
        PDSignature signature = field.getSignature();
        if (signature == null) continue;
        String line;
        try {
          line = "accepted " + judge(signature, bytes, root);
        } catch (Exception thrown) {
          line = "refused " + thrown;
        }
        System.out.println(field.getFullyQualifiedName() + " " + line.replaceAll("\\s+", " "));
      }
    }
  }

  private static String judge(PDSignature signature, byte[] bytes, X509Certificate root)
      throws Exception {
    byte[] covered = signature.getSignedContent(bytes);
    byte[] contents = signature.getContents(bytes);
    int[] range = signature.getByteRange();
    String covers = range[2] + range[3] == bytes.length ? "the whole file" : "its revision";
    if ("ETSI.RFC3161".equals(signature.getSubFilter())) {
      TimeStampToken token = new TimeStampToken(new CMSSignedData(contents));
      return "stamped " + stamped(token, covered, root) + ", covers " + covers;
    }
    CMSSignedData message = new CMSSignedData(new CMSProcessableByteArray(covered), contents);
    SignerInformation signer = message.getSignerInfos().getSigners().iterator().next();
    X509CertificateHolder holder = holderOf(signer, message.getCertificates());
    if (!signer.verify(
        new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(CONVERTER.getCertificate(holder)))) {
      throw new SecurityException("the signature is wrong");
    }
    Attribute stamp =
        signer.getUnsignedAttributes().get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
    TimeStampToken token =
        new TimeStampToken(new CMSSignedData(stamp.getAttributeValues()[0].toASN1Primitive().getEncoded()));
    Date at = stamped(token, signer.getSignature(), root);
    chain(CONVERTER.getCertificate(holder), message.getCertificates(), root, at);
    return signer.getEncryptionAlgOID() + " stamped " + at + ", covers " + covers;
  }

  private static Date stamped(TimeStampToken token, byte[] content, X509Certificate root)
      throws Exception {
    X509CertificateHolder holder = null;
    for (Object one : token.getCertificates().getMatches(token.getSID())) {
      holder = (X509CertificateHolder) one;
    }
    X509Certificate clock = CONVERTER.getCertificate(holder);
    token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(clock));
    var imprint = token.getTimeStampInfo().getHashAlgorithm();
    var digest = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build().get(imprint);
    digest.getOutputStream().write(content);
    if (!java.util.Arrays.equals(
        digest.getDigest(), token.getTimeStampInfo().getMessageImprintDigest())) {
      throw new SecurityException("the imprint is of something else");
    }
    Date at = token.getTimeStampInfo().getGenTime();
    chain(clock, token.getCertificates(), root, at);
    return at;
  }

  private static X509CertificateHolder holderOf(
      SignerInformation signer, Store<X509CertificateHolder> certificates) {
    return (X509CertificateHolder) certificates.getMatches(signer.getSID()).iterator().next();
  }

  private static void chain(
      X509Certificate target, Store<X509CertificateHolder> bag, X509Certificate root, Date at)
      throws Exception {
    List<Object> pool = new ArrayList<>();
    for (X509CertificateHolder one : bag.getMatches(null)) pool.add(CONVERTER.getCertificate(one));
    pool.addAll(ISSUING);
    X509CertSelector selector = new X509CertSelector();
    selector.setCertificate(target);
    pool.add(target);
    var ask = new PKIXBuilderParameters(Set.of(new TrustAnchor(root, null)), selector);
    ask.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(pool), "BC"));
    ask.setDate(at);
    ask.setRevocationEnabled(false);
    CertPathBuilder.getInstance("PKIX", "BC").build(ask);
  }

  private static final List<X509Certificate> ISSUING = new ArrayList<>();

  private static X509Certificate root(Path path) throws Exception {
    Path issuing = path.resolveSibling("issuing.pem");
    if (Files.exists(issuing)) ISSUING.add(read(issuing));
    return read(path);
  }

  private static X509Certificate read(Path path) throws Exception {
    try (PEMParser reader = new PEMParser(new StringReader(Files.readString(path)))) {
      return CONVERTER.getCertificate((X509CertificateHolder) reader.readObject());
    }
  }
}
