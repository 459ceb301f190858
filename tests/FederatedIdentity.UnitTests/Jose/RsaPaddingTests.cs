using System.Numerics;
using System.Security.Cryptography;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>Signatures made with the genuine key and a false padding: rows J31 and J32 of the attack list.</summary>
public sealed class RsaPaddingTests
{
    private const int Length = 256;

    private static readonly byte[] Sha256Prefix = Convert.FromHexString("3031300D060960864801650304020105000420");
    private static readonly byte[] Message = "header.payload"u8.ToArray();
    private static readonly byte[] Digest = SHA256.HashData(Message);

    public static TheoryData<string, byte[]> FalsePaddings()
    {
        byte[] info = [.. Sha256Prefix, .. Digest];
        byte[] withoutNull = [.. Convert.FromHexString("302F300B06096086480165030402010420"), .. Digest];
        var sha1Digest = CryptographicOperations.HashData(HashAlgorithmName.SHA1, Message);
        byte[] sha1 = [.. Convert.FromHexString("3021300906052B0E03021A05000414"), .. sha1Digest];
        byte[] longLengths = [.. Convert.FromHexString("308131300D060960864801650304020105000420"), .. Digest];
        byte[] otherParameters = [.. Convert.FromHexString("3030300C0609608648016503040201000420"), .. Digest];
        var genuine = Pad(info);
        return new TheoryData<string, byte[]>
        {
            { "block type 2", With(genuine, 1, 2) },
            { "block type 0", With(genuine, 1, 0) },
            { "first octet", With(genuine, 0, 1) },
            { "padding octet", With(genuine, 20, 0xFE) },
            { "padding octet zero", With(genuine, 20, 0) },
            { "no separator", With(genuine, Length - info.Length - 1, 0xFF) },
            { "garbage after the digest", [0, 1, .. Fill(8, 0xFF), 0, .. info, .. Fill(Length - 11 - info.Length, 0x41)] },
            { "garbage zeros after the digest", [0, 1, .. Fill(8, 0xFF), 0, .. info, .. Fill(Length - 11 - info.Length, 0)] },
            { "no algorithm", Pad(Digest) },
            { "absent parameters", Pad(withoutNull) },
            { "wrong parameters", Pad(otherParameters) },
            { "long form length", Pad(longLengths) },
            { "SHA-1", Pad(sha1) },
            { "digest of something else", Pad([.. Sha256Prefix, .. SHA256.HashData("x"u8)]) },
            { "truncated digest", Pad(info[..^1]) },
        };
    }

    [Theory]
    [MemberData(nameof(FalsePaddings))]
    public void J31_false_PKCS1_padding_is_refused(string flaw, byte[] encoded)
    {
        Assert.NotNull(flaw);
        Assert.False(Verifies(JwsAlgorithm.RS256, RawSign(encoded)));
    }

    [Fact]
    public void J31_genuine_padding_made_the_same_way_is_accepted()
    {
        var signature = RawSign(Pad([.. Sha256Prefix, .. Digest]));

        Assert.True(Verifies(JwsAlgorithm.RS256, signature));
        Assert.False(Verifies(JwsAlgorithm.RS384, signature));
        Assert.False(Verifies(JwsAlgorithm.PS256, signature));
    }

    [Fact]
    public void J31_signature_plus_modulus_is_refused()
    {
        // The same residue class: a verifier that does not check the range would accept it.
        var modulus = Number(Forge.Rsa.ExportParameters(includePrivateParameters: false).Modulus!);
        var sum = Number(RawSign(Pad([.. Sha256Prefix, .. Digest]))) + modulus;
        var bytes = sum.ToByteArray(isUnsigned: true, isBigEndian: true);

        Assert.False(Verifies(JwsAlgorithm.RS256, bytes));
    }

    [Theory]
    [InlineData(32, false, true)]
    [InlineData(0, false, false)]
    [InlineData(20, false, false)]
    [InlineData(31, false, false)]
    [InlineData(33, false, false)]
    [InlineData(222, false, false)]
    [InlineData(32, true, false)]
    public void J32_PSS_with_another_salt_length_or_mask_hash_is_refused(int saltLength, bool maskWithSha1, bool accepted)
    {
        var mask = maskWithSha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;

        Assert.Equal(accepted, Verifies(JwsAlgorithm.PS256, RawSign(PssEncode(saltLength, mask))));
    }

    [Fact]
    public void J32_PKCS1_signature_under_a_PSS_header_is_refused_and_the_reverse()
    {
        var pkcs1 = Forge.Rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var pss = Forge.Rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

        Assert.True(Verifies(JwsAlgorithm.RS256, pkcs1));
        Assert.True(Verifies(JwsAlgorithm.PS256, pss));
        Assert.False(Verifies(JwsAlgorithm.PS256, pkcs1));
        Assert.False(Verifies(JwsAlgorithm.RS256, pss));
    }

    private static bool Verifies(JwsAlgorithm algorithm, byte[] signature) => Forge.RsaSet.Keys[0].Verify(algorithm, Message, signature);

    private static byte[] Pad(byte[] digestInfo) => [0, 1, .. Fill(Length - 3 - digestInfo.Length, 0xFF), 0, .. digestInfo];

    private static byte[] Fill(int count, byte value) => [.. Enumerable.Repeat(value, count)];

    private static byte[] With(byte[] bytes, int index, byte value)
    {
        var copy = bytes.ToArray();
        copy[index] = value;
        return copy;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] RawSign(byte[] encoded)
    {
        var key = Forge.Rsa.ExportParameters(includePrivateParameters: true);
        var power = BigInteger.ModPow(Number(encoded), Number(key.D!), Number(key.Modulus!));
        var bytes = power.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. Fill(Length - bytes.Length, 0), .. bytes];
    }

    // EMSA-PSS of RFC 8017 section 9.1.1 for a 2048-bit key, with a free choice of what the standard algorithms fix.
    private static byte[] PssEncode(int saltLength, HashAlgorithmName maskHash)
    {
        var salt = RandomNumberGenerator.GetBytes(saltLength);
        var hash = SHA256.HashData([.. new byte[8], .. Digest, .. salt]);
        byte[] block = [.. new byte[Length - saltLength - hash.Length - 2], 1, .. salt];
        var masked = new List<byte>();
        for (var counter = 0; masked.Count < block.Length; counter++)
        {
            masked.AddRange(CryptographicOperations.HashData(maskHash, [.. hash, 0, 0, 0, (byte)counter]));
        }

        for (var i = 0; i < block.Length; i++)
        {
            block[i] ^= masked[i];
        }

        block[0] &= 0x7F;
        return [.. block, .. hash, 0xBC];
    }
}
