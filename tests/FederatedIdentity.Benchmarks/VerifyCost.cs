using System.Security.Cryptography;

namespace FederatedIdentity.Benchmarks;

/// <summary>What judging a login costs beyond the signature that has to be verified anyway.</summary>
internal static class VerifyCost
{
    public static Task<int> RunAsync()
    {
        using var rsa = RSA.Create(2048);
        var input = RandomNumberGenerator.GetBytes(800);
        var signature = rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        new Contest(
            ("raw RSA.VerifyData", () => rsa.VerifyData(input, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))
            .Run(callsPerTurn: 2000);
        return Task.FromResult(0);
    }
}
