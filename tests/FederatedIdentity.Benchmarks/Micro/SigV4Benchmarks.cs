using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using FederatedIdentity.Benchmarks.Fuzz;
using FederatedIdentity.Domain;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Tests.Shared;
using Microsoft.AspNetCore.Http;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>The signature of a request as SDKs send it, with the key in memory.</summary>
public class SigV4Benchmarks
{
    private const string KeyId = "AKIDEXAMPLE";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Service = "cognito-identity";

    private static readonly byte[] Body =
        """{"IdentityPoolId":"us-east-1:0d5c8a1e-4b1a-4a52-9d3b-0f6a54b0a001","Logins":{"login.example":"user-4711"}}"""u8.ToArray();

    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private readonly char[] _bodyHash = new char[2 * SHA256.HashSizeInBytes];
    private SigV4? _verifier;
    private SigV4Request _request;
    private string _signedHeaders = "";

    [GlobalSetup]
    public void Prepare()
    {
        var clock = new FixedClock();
        _verifier = new SigV4(OneKey.Instance, OneKey.Instance, clock, ["us-east-1"], Service);
        _request = new SigV4Request("POST", "/", "", Signed(clock.GetUtcNow()), Body);
        _signedHeaders = SigV4Header.Read(_request.Headers, out _)!.SignedHeaders;
        Convert.TryToHexStringLower(SHA256.HashData(Body), _bodyHash, out _);
    }

    [Benchmark]
    public object? ReadHeader() => SigV4Header.Read(_request.Headers, out _);

    [Benchmark]
    public bool HashCanonicalRequest() => CanonicalRequest.TryHash(_request, _signedHeaders, _bodyHash, _hash);

    [Benchmark]
    public async ValueTask VerifyAsync()
    {
        if (await _verifier!.VerifyAsync(_request, CancellationToken.None) is not SigV4Verdict.Signed)
        {
            throw new InvalidOperationException("What is measured here does not work.");
        }
    }

    private static HeaderDictionary Signed(DateTimeOffset now)
    {
        var headers = new HeaderDictionary
        {
            ["Host"] = "cognito-identity.us-east-1.amazonaws.com",
            ["Content-Type"] = "application/x-amz-json-1.1",
            ["X-Amz-Target"] = "AWSCognitoIdentityService.GetOpenIdTokenForDeveloperIdentity",
            ["X-Amz-Date"] = SigV4Signer.Stamp(now),
            ["X-Amz-User-Agent"] = "aws-sdk-js/3.670.0",
            ["Amz-Sdk-Invocation-Id"] = "0e1f6f0e-6a1b-4f0c-8d6e-0a5a6b9a7c11",
            ["Amz-Sdk-Request"] = "attempt=1; max=3",
            ["X-Amz-Content-Sha256"] = Convert.ToHexStringLower(SHA256.HashData(Body)),
        };
        headers["Authorization"] = new SigV4Signer(KeyId, Secret, "us-east-1", Service)
            .Authorization("POST", "/", "", headers.Select(header => (header.Key, header.Value.ToString())), Body, now);
        return headers;
    }

    private sealed class OneKey : IAccessKeys, ISessionKeys
    {
        public static readonly OneKey Instance = new();

        private readonly AccessKey _key = new(
            new Caller(CallerKind.Root, "123456789012", "arn:aws:iam::123456789012:root", "123456789012", "123456789012")
            {
                AccessKeyId = KeyId,
            },
            new SecretKey(Secret),
            Active: true);

        public ValueTask<AccessKey?> FindAsync(string accessKeyId, CancellationToken ct) => new(accessKeyId == KeyId ? _key : null);

        public ValueTask<(AccessKey? Key, DateTimeOffset ExpiresAt)> FindAsync(
            string accessKeyId, string sessionToken, CancellationToken ct) => new((null, default));
    }
}
