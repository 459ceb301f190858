using System.Security.Cryptography;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Iam;

/// <summary>Fresh ids and secrets in the form that AWS gives them. An id is never given out twice.</summary>
internal static class IamIds
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private const int PrincipalLength = 17;
    private const int AccessKeyLength = 16;
    private const int SecretLength = 40;

    public static string NewRole() => "AROA" + RandomNumberGenerator.GetString(Base32, PrincipalLength);

    public static string NewUser() => "AIDA" + RandomNumberGenerator.GetString(Base32, PrincipalLength);

    public static string NewAccessKey() => "AKIA" + RandomNumberGenerator.GetString(Base32, AccessKeyLength);

    /// <summary>240 random bits.</summary>
    public static SecretKey NewSecret() => new(RandomNumberGenerator.GetString(Base64, SecretLength));
}
