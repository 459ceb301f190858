using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

/// <summary>What IAM demands of a policy document before it stores it, and the form in which it gives it back.</summary>
internal static class PolicyTexts
{
    /// <summary>
    /// How long a trust policy may be with its white space: pages of roles hold them all, so one must not be almost nothing but that.
    /// </summary>
    private const int LongestTrust = 8 * PolicyLimits.Trust;

    /// <summary>Null when the document may be the trust policy of a role.</summary>
    public static ApiError? ObjectionToTrust(string document) =>
        document.Length > LongestTrust || PolicyLimits.SizeOf(document) > PolicyLimits.Trust
            ? IamErrors.OverQuota("ACLSizePerRole", PolicyLimits.Trust)
        : !PolicyDocument.TryParse(document, PolicyKind.Trust, out var policy, out var fault)
            ? QueryErrors.MalformedPolicyDocument(fault.ToString())
        : TrustPolicyRules.Objection(policy) is { } objection
            ? QueryErrors.MalformedPolicyDocument(objection.ToString())
        : null;

    /// <summary>Null when the document may be an inline policy of a user or role, whose others have that size together.</summary>
    public static ApiError? ObjectionToInline(string document, long others, int quota, string owner) =>
        others + PolicyLimits.SizeOf(document) > quota
            ? QueryErrors.LimitExceeded($"Maximum policy size of {quota} bytes exceeded for {owner}")
        : !PolicyDocument.TryParse(document, PolicyKind.Identity, out _, out var fault)
            ? QueryErrors.MalformedPolicyDocument(fault.ToString())
        : null;

    /// <summary>The size of a role's inline policies, without white space and without the one that is about to be replaced.</summary>
    public static Task<long> SizeOfOthersOfRoleAsync(
        ControlPlaneDb db, string accountId, string roleName, string policyName, CancellationToken ct) =>
        db.Database.SqlQuery<long>(
            $"""
            select coalesce(sum(length(translate(document, ' ' || chr(9) || chr(10) || chr(13), ''))), 0) as "Value"
            from iam_role_policy where account_id = {accountId} and role_name = {roleName} and name <> {policyName}
            """).SingleAsync(ct);

    /// <summary>The same of a user's.</summary>
    public static Task<long> SizeOfOthersOfUserAsync(
        ControlPlaneDb db, string accountId, string userName, string policyName, CancellationToken ct) =>
        db.Database.SqlQuery<long>(
            $"""
            select coalesce(sum(length(translate(document, ' ' || chr(9) || chr(10) || chr(13), ''))), 0) as "Value"
            from iam_user_policy where account_id = {accountId} and user_name = {userName} and name <> {policyName}
            """).SingleAsync(ct);

    /// <summary>IAM answers documents percent-encoded (RFC 3986), everything that is not unreserved.</summary>
    public static string Encode(string document) => Uri.EscapeDataString(document);
}
