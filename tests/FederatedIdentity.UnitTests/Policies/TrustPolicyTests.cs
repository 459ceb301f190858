using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>Who may assume a role, told by its trust policy.</summary>
public sealed class TrustPolicyTests
{
    private const string WebIdentity = "sts:AssumeRoleWithWebIdentity";
    private const string Oidc = $"arn:aws:iam::{Ask.Account}:oidc-provider/id.example/r";
    private const string SamlProvider = $"arn:aws:iam::{Ask.Account}:saml-provider/corp";
    private const string Root = $"arn:aws:iam::{Ask.Account}:root";
    private const string Stranger = "arn:aws:iam::999988887777:user/alice";

    private static readonly PolicyPrincipal Alice = PolicyPrincipal.User(Ask.User, Ask.Account);
    private static readonly PolicyPrincipal Reader = PolicyPrincipal.RoleSession(Ask.Session, Ask.Role, Ask.Account);

    public static TheoryData<string, string, PolicyPrincipal, bool> Principals => new()
    {
        { "the user", $"{{'AWS':'{Ask.User}'}}", Alice, true },
        { "the user, in a list", $"{{'AWS':['{Stranger}','{Ask.User}']}}", Alice, true },
        { "a user whose name goes on", $"{{'AWS':'{Ask.User}x'}}", Alice, false },
        { "a user in other case", "{'AWS':'arn:aws:iam::111122223333:user/Alice'}", Alice, false },
        { "the same name elsewhere", $"{{'AWS':'{Stranger}'}}", Alice, false },
        { "the account by its number", $"{{'AWS':'{Ask.Account}'}}", Alice, true },
        { "the account by its ARN", $"{{'AWS':'{Root}'}}", Alice, true },
        { "the account of a session", $"{{'AWS':'{Root}'}}", Reader, true },
        { "the account's root user", $"{{'AWS':'{Root}'}}", PolicyPrincipal.User(Root, Ask.Account), true },
        { "another account", "{'AWS':'999988887777'}", Alice, false },
        { "everyone", "'*'", Alice, true },
        { "everyone, as AWS", "{'AWS':'*'}", Reader, true },
        { "everyone is also nobody in particular", "{'AWS':'*'}", PolicyPrincipal.Anonymous, true },
        { "everyone is also the federated", "'*'", PolicyPrincipal.Federated(Ask.Cognito), true },
        { "nobody in particular is in no account", $"{{'AWS':'{Root}'}}", PolicyPrincipal.Anonymous, false },
        { "the role of a session", $"{{'AWS':'{Ask.Role}'}}", Reader, true },
        { "the session", $"{{'AWS':'{Ask.Session}'}}", Reader, true },
        { "another session of the role", $"{{'AWS':'{Ask.Session}2'}}", Reader, false },
        { "a role of that name on another path", $"{{'AWS':'arn:aws:iam::{Ask.Account}:role/reader'}}", Reader, false },
        { "a user is no role", $"{{'AWS':'{Ask.Role}'}}", Alice, false },
        { "Cognito", $"{{'Federated':'{Ask.Cognito}'}}", PolicyPrincipal.Federated(Ask.Cognito), true },
        { "Google is not Cognito", $"{{'Federated':'{Ask.Cognito}'}}", PolicyPrincipal.Federated("accounts.google.com"), false },
        { "a provider's ARN", $"{{'Federated':'{Oidc}'}}", PolicyPrincipal.Federated(Oidc), true },
        { "a provider whose path goes on", $"{{'Federated':'{Oidc}2'}}", PolicyPrincipal.Federated(Oidc), false },
        { "a SAML provider", $"{{'Federated':'{SamlProvider}'}}", PolicyPrincipal.Federated(SamlProvider), true },
        { "a provider is no account", $"{{'AWS':'{Root}'}}", PolicyPrincipal.Federated(Oidc), false },
        { "a name counts only for its kind", "{'Service':'accounts.google.com'}", PolicyPrincipal.Federated("accounts.google.com"), false },
        { "a service", "{'Service':'ec2.amazonaws.com'}", PolicyPrincipal.Service("ec2.amazonaws.com"), true },
        { "another service", "{'Service':'ec2.amazonaws.com'}", PolicyPrincipal.Service("ecs.amazonaws.com"), false },
        { "several kinds", $"{{'Service':'ec2.amazonaws.com','AWS':'{Ask.User}'}}", Alice, true },
    };

    // A deny for all but some, beside an allow for everyone.
    public static TheoryData<string, string, PolicyPrincipal, bool> Exceptions => new()
    {
        { "the user is excepted", $"{{'AWS':'{Ask.User}'}}", Alice, true },
        { "another user is not", $"{{'AWS':'{Stranger}'}}", Alice, false },
        { "the role excepts its sessions", $"{{'AWS':'{Ask.Role}'}}", Reader, true },
        { "the session is excepted", $"{{'AWS':'{Ask.Session}'}}", Reader, true },
        { "the account does not except its users", $"{{'AWS':'{Root}'}}", Alice, false },
        { "the account's number does not either", $"{{'AWS':'{Ask.Account}'}}", Alice, false },
        { "the account's ARN excepts its root user", $"{{'AWS':'{Root}'}}", PolicyPrincipal.User(Root, Ask.Account), true },
        { "the provider is excepted", $"{{'Federated':'{Ask.Cognito}'}}", PolicyPrincipal.Federated(Ask.Cognito), true },
        { "nobody in particular is not", $"{{'Federated':'{Ask.Cognito}'}}", PolicyPrincipal.Anonymous, false },
    };

    public static TheoryData<string, string, string, string, bool> WebIdentities => new()
    {
        { "pool and authenticated", Cognito(), WebIdentity, Claims("authenticated|accounts.google.com|accounts.google.com:app:1"), true },
        { "pool and guest", Cognito(), WebIdentity, Claims("unauthenticated"), false },
        { "guest role and guest", Cognito("unauthenticated"), WebIdentity, Claims("unauthenticated"), true },
        { "guest role and authenticated", Cognito("unauthenticated"), WebIdentity, Claims("authenticated"), false },
        { "one provider alone", Cognito("graph.facebook.com"), WebIdentity, Claims("authenticated|accounts.google.com"), false },
        { "one provider's users", Cognito("*google.com:app:*"), WebIdentity, Claims("authenticated|accounts.google.com:app:1"), true },
        { "another pool", Cognito(), WebIdentity, Claims("authenticated", "eu-west-1:0"), false },
        { "no claims", Cognito(), WebIdentity, "", false },
        { "another action", Cognito(), "sts:AssumeRole", Claims("authenticated"), false },
        { "tags, not allowed", Cognito(), "sts:TagSession", Claims("authenticated"), false },
        {
            "tags, allowed", Cognito(action: "['sts:AssumeRoleWithWebIdentity','sts:TagSession']"), "sts:TagSession",
            Claims("authenticated"), true
        },
        {
            "amr without set operator", Plain($"'StringEquals':{{'{Ask.Cognito}:amr':'authenticated'}}"), WebIdentity,
            Claims("authenticated|x"), false
        },
        { "one identity", Plain($"'StringEquals':{{'{Ask.Cognito}:sub':'us-east-1:9'}}"), WebIdentity, Claims("authenticated"), true },
        { "a required tag", Plain("'StringEquals':{'aws:RequestTag/team':'red'}"), WebIdentity, "aws:RequestTag/team=red", true },
        { "a required tag, other", Plain("'StringEquals':{'aws:RequestTag/team':'red'}"), WebIdentity, "aws:RequestTag/team=blue", false },
        {
            "tag keys, all known", Plain("'ForAllValues:StringEquals':{'aws:TagKeys':['team','site']}"), WebIdentity,
            "aws:TagKeys=team", true
        },
        {
            "tag keys, one unknown", Plain("'ForAllValues:StringEquals':{'aws:TagKeys':['team','site']}"), WebIdentity,
            "aws:TagKeys=team|x", false
        },
        {
            "session name", Plain("'StringLike':{'sts:RoleSessionName':'Cognito*'}"), WebIdentity,
            "sts:RoleSessionName=CognitoIdentityCredentials", true
        },
        {
            "provider as a key", Plain($"'StringEquals':{{'aws:FederatedProvider':'{Ask.Cognito}'}}"), WebIdentity,
            $"aws:FederatedProvider={Ask.Cognito}", true
        },
    };

    public static TheoryData<string, string, string, string, bool> OtherProviders => new()
    {
        { "OIDC audience", Oidc, "'StringEquals':{'id.example/r:aud':'app'}", "id.example/r:aud=app", true },
        { "OIDC, audience of another realm", Oidc, "'StringEquals':{'id.example/r:aud':'app'}", "id.example/s:aud=app", false },
        { "OIDC subject", Oidc, "'StringLike':{'id.example/r:sub':'repo:me/*:ref:main'}", "id.example/r:sub=repo:me/a:ref:main", true },
        { "OIDC amr", Oidc, "'ForAnyValue:StringEquals':{'id.example/r:amr':'mfa'}", "id.example/r:amr=pwd|mfa", true },
        { "OIDC authorised party", Oidc, "'StringEquals':{'id.example/r:azp':'app'}", "id.example/r:azp=web", false },
        {
            "Google", "accounts.google.com", "'StringEquals':{'accounts.google.com:aud':'a','accounts.google.com:oaud':'b'}",
            "accounts.google.com:aud=a; accounts.google.com:oaud=b", true
        },
        {
            "Google subject", "accounts.google.com", "'StringEquals':{'accounts.google.com:sub':['1','2']}",
            "accounts.google.com:sub=3", false
        },
        {
            "SAML audience", SamlProvider, "'StringEquals':{'SAML:aud':'https://signin.aws.amazon.com/saml'}",
            "saml:aud=https://signin.aws.amazon.com/saml", true
        },
        {
            "SAML issuer and subject type", SamlProvider, "'StringEquals':{'saml:iss':'https://idp','saml:sub_type':'persistent'}",
            "saml:iss=https://idp; saml:sub_type=transient", false
        },
        {
            "SAML subject and qualifier", SamlProvider, "'StringEquals':{'saml:sub':'1','saml:namequalifier':'q='}",
            "saml:sub=1; saml:namequalifier=q=", true
        },
        {
            "SAML affiliation", SamlProvider, "'ForAllValues:StringLike':{'saml:edupersonaffiliation':['member','staff']}",
            "saml:edupersonaffiliation=staff|guest", false
        },
    };

    [Theory]
    [MemberData(nameof(Principals))]
    public void A_role_trusts_the_principals_that_it_names(string name, string element, PolicyPrincipal principal, bool expected)
    {
        var policy = Trust($"{{'Effect':'Allow','Principal':{element},'Action':'sts:AssumeRole'}}");

        Assert.Equal((name, expected), (name, Decide(policy, "sts:AssumeRole", principal)));
    }

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void A_deny_for_all_but_some_spares_only_whom_it_names(string name, string element, PolicyPrincipal principal, bool expected)
    {
        var policy = Trust(
            "{'Effect':'Allow','Principal':'*','Action':'sts:AssumeRole'},"
            + $"{{'Effect':'Deny','NotPrincipal':{element},'Action':'sts:AssumeRole'}}");

        Assert.Equal((name, expected), (name, Decide(policy, "sts:AssumeRole", principal)));
    }

    [Theory]
    [MemberData(nameof(WebIdentities))]
    public void A_role_takes_the_web_identities_that_it_describes(
        string name, string statement, string action, string context, bool expected) =>
        Assert.Equal((name, expected), (name, Decide(Trust(statement), action, PolicyPrincipal.Federated(Ask.Cognito), context)));

    [Theory]
    [MemberData(nameof(OtherProviders))]
    public void A_role_takes_the_identities_of_other_providers_that_it_describes(
        string name, string provider, string condition, string context, bool expected)
    {
        var action = provider == SamlProvider ? "sts:AssumeRoleWithSAML" : WebIdentity;
        var policy = Trust(
            $"{{'Effect':'Allow','Principal':{{'Federated':'{provider}'}},'Action':'{action}','Condition':{{{condition}}}}}");

        Assert.Equal((name, expected), (name, Decide(policy, action, PolicyPrincipal.Federated(provider), context)));
    }

    private static bool Decide(PolicyDocument policy, string action, PolicyPrincipal principal, string context = "") =>
        PolicyEvaluator.Decide([policy], Ask.For(action, Ask.Role, context, principal)).IsAllowed;

    private static PolicyDocument Trust(string statements) =>
        Ask.Policy($"{{'Version':'2012-10-17','Statement':[{statements}]}}", PolicyKind.Trust);

    private static string Cognito(string amr = "authenticated", string action = $"'{WebIdentity}'") => Statement(
        action,
        $"'StringEquals':{{'{Ask.Cognito}:aud':'{Ask.Pool}'}},'ForAnyValue:StringLike':{{'{Ask.Cognito}:amr':'{amr}'}}");

    private static string Plain(string condition) => Statement($"'{WebIdentity}'", condition);

    private static string Statement(string action, string condition) =>
        $"{{'Effect':'Allow','Principal':{{'Federated':'{Ask.Cognito}'}},'Action':{action},'Condition':{{{condition}}}}}";

    private static string Claims(string amr, string aud = Ask.Pool) =>
        $"{Ask.Cognito}:aud={aud}; {Ask.Cognito}:sub=us-east-1:9; {Ask.Cognito}:amr={amr}";
}
