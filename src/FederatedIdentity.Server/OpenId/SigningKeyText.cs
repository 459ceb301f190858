using System.Text;
using System.Text.Json;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Server.OpenId;

/// <summary>A new signing key as it is stored: its private key as PKCS #8 and its public one as JWK.</summary>
internal static class SigningKeyText
{
    public static (byte[] PrivatePkcs8, string PublicJwkJson) Generate(string algorithm, string kid)
    {
        using var key = SigningKey.Generate(Algorithm(algorithm), kid);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            key.WritePublicJwk(writer);
        }

        return (key.ExportPkcs8(), Encoding.UTF8.GetString(json.ToArray()));
    }

    /// <summary>Configuration and table hold names of algorithms that exist; anything else is damage.</summary>
    public static JwsAlgorithm Algorithm(string name) =>
        JwsAlgorithm.Find(name) ?? throw new InvalidOperationException($"There is no signing algorithm {name}.");
}
