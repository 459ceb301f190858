using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>Tokens of a usual length, read and verified with the key that a set of three has for them, and signed.</summary>
public class JoseBenchmarks
{
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes(
        """
        {"iss":"https://accounts.google.com","azp":"407408718192.apps.googleusercontent.com","aud":"407408718192.apps.googleusercontent.com",
        "sub":"110169484474386276334","at_hash":"HK6E_P6Dh8Y93mRNtsDB1Q","email":"jsmith@example.com","email_verified":true,
        "iat":1353601026,"exp":1353604926,"nonce":"0394852-3190485-2490358"}
        """.ReplaceLineEndings(""));

    private readonly SigningKey _rs256 = Key("RS256");
    private readonly SigningKey _rs512 = Key("RS512");
    private readonly SigningKey _es256 = Key("ES256");
    private readonly byte[] _destination = new byte[2048];
    private byte[] _json = [];
    private JwkSet? _set;
    private string _rs256Token = "";
    private string _rs512Token = "";
    private string _es256Token = "";

    [GlobalSetup]
    public void Prepare()
    {
        _json = Publish(_rs256, _rs512, _es256);
        _set = JwkSet.TryParse(_json, out _);
        (_rs256Token, _rs512Token, _es256Token) = (_rs256.Sign(Payload), _rs512.Sign(Payload), _es256.Sign(Payload));
    }

    [Benchmark]
    public object? Parse() => Read(_rs256Token);

    [Benchmark]
    public bool VerifyRs256() => Verify(_rs256Token);

    [Benchmark]
    public bool VerifyRs512() => Verify(_rs512Token);

    [Benchmark]
    public bool VerifyEs256() => Verify(_es256Token);

    [Benchmark]
    public bool SignRs512() => Good(_rs512.TrySign(Payload, _destination, out _));

    [Benchmark]
    public bool SignEs256() => Good(_es256.TrySign(Payload, _destination, out _));

    [Benchmark]
    public object? ReadKeySet() => JwkSet.TryParse(_json, out _);

    private bool Verify(string token)
    {
        var jws = Read(token);
        return Good(_set!.Choose(jws.Algorithm, jws.KeyId) is KeyChoice.Found found && found.Key.Verify(jws));
    }

    private static Jws Read(string token) =>
        Jws.TryParse(token, out var jws, allowJwsType: true) is { } fault ? throw new InvalidOperationException(fault.ToString()) : jws!;

    private static bool Good(bool good) => good ? good : throw new InvalidOperationException("What is measured here does not work.");

    private static SigningKey Key(string algorithm) => SigningKey.Generate(JwsAlgorithm.Find(algorithm)!, $"us-east-1-{algorithm}");

    private static byte[] Publish(params SigningKey[] keys)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in keys)
            {
                key.WritePublicJwk(writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return json.ToArray();
    }
}
