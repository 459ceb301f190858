namespace FederatedIdentity.Domain.Policies;

/// <summary>What IAM demands of a trust policy that is newly stored, beyond its being well written.</summary>
public static class TrustPolicyRules
{
    private const string Cognito = "cognito-identity.amazonaws.com";
    private const string AssumeRole = "sts:AssumeRoleWithWebIdentity";

    /// <summary>
    /// Null when the policy may be stored. Whoever trusts Cognito must say which identity pools: without a condition on
    /// <c>cognito-identity.amazonaws.com:aud</c>, whoever owns any pool could have the role. STS still follows old policies without it.
    /// </summary>
    public static PolicyFault? Objection(PolicyDocument policy)
    {
        for (var index = 0; index < policy.Statements.Length; index++)
        {
            var statement = policy.Statements[index];
            if (!statement.IsDeny
                && statement.Principals?.Trust(Cognito) == true
                && statement.Actions.Include(AssumeRole)
                && !statement.Conditions.Any(condition => condition.Narrows($"{Cognito}:aud")))
            {
                return new PolicyFault("A condition block must be present for the Cognito provider", $"Statement[{index}].Condition");
            }
        }

        return null;
    }
}
